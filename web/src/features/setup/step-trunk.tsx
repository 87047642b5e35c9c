/** Step 4: the carrier's line, tested live. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Trunk, unwrap } from "@/lib/api";
import { Checks } from "@/ui/checks";
import { Await, useSayRefusal } from "@/ui/parts";
import { TrialNote } from "@/ui/trial";
import { StepForm, useRequired } from "./parts";
import type { StepProps } from "./walk";

type Fields = {
  name: string;
  sources: string[];
  host?: string;
  username?: string;
  secret?: string;
};

export function TrunkStep({ done }: StepProps) {
  const query = useQuery({ queryKey: ["trunks"], queryFn: () => unwrap(api.GET("/trunks")) });
  return (
    <Await query={query}>
      {({ items }) => (
        <div className="stack">
          {items.map((trunk) => (
            <OneTrunk key={trunk.id} trunk={trunk} done={done} />
          ))}
          {items.length === 0 && <TrunkForm trunk={null} saved={() => undefined} />}
        </div>
      )}
    </Await>
  );
}

/** A test that fails is mended here, or the walk would end before the first call. */
function OneTrunk({ trunk, done }: { trunk: Trunk; done: () => void }) {
  const [changing, change] = useState(false);
  if (changing) return <TrunkForm trunk={trunk} saved={() => change(false)} />;
  return <TrunkTestRow trunk={trunk} done={done} change={() => change(true)} />;
}

function save(trunk: Trunk | null, { host, username, secret, ...rest }: Fields): Promise<Trunk> {
  const body = {
    ...rest,
    host: host || null,
    username: username || null,
    ...(secret ? { secret } : {}),
  };
  if (!trunk) return unwrap(api.POST("/trunks", { body }));
  const path = { trunk_id: trunk.id };
  return unwrap(api.PATCH("/trunks/{trunk_id}", { params: { path }, body }));
}

function TrunkForm({ trunk, saved }: { trunk: Trunk | null; saved: () => void }) {
  const { t } = useTranslation();
  const required = useRequired();
  const { name, sources, host, username } = trunk ?? { sources: [] as string[] };
  return (
    <StepForm<Fields>
      initial={{ sources, ...(trunk ? { name, host: host ?? "", username: username ?? "" } : {}) }}
      changes={["trunks"]}
      done={saved}
      save={(fields) => save(trunk, fields)}
    >
      <TrialNote />
      <Form.Item name="name" label={t("trunks.trunk")} rules={required}>
        <Input />
      </Form.Item>
      <Form.Item
        name="sources"
        label={t("trunks.sources")}
        extra={t("trunks.sources_hint")}
        rules={required}
      >
        <Select mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item name="host" label={t("trunks.host")}>
        <Input />
      </Form.Item>
      <Form.Item name="username" label={t("login.username")}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="secret"
        label={t("agents.secret")}
        extra={trunk?.has_secret ? t("users.password_keep") : undefined}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </StepForm>
  );
}

function TrunkTestRow(props: { trunk: Trunk; done: () => void; change: () => void }) {
  const { trunk, done, change } = props;
  const { t } = useTranslation();
  const client = useQueryClient();
  const say = useSayRefusal();
  const test = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/trunks/{trunk_id}/test", { params: { path: { trunk_id: trunk.id } } })),
    onSuccess: async ({ ok }) => {
      await client.invalidateQueries({ queryKey: ["trunks"] });
      if (ok) done();
    },
    onError: say,
  });
  return (
    <div className="stack">
      <div className="row between">
        <span className="strong">{trunk.name}</span>
        <span className="row">
          <Button onClick={change}>{t("common.edit")}</Button>
          <Button type="primary" loading={test.isPending} onClick={() => test.mutate()}>
            {t("trunks.test")}
          </Button>
        </span>
      </div>
      {test.data && <Checks result={test.data} />}
    </div>
  );
}
