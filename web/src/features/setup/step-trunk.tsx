/** Step 4: the carrier's line, tested live. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
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
            <TrunkTestRow key={trunk.id} trunk={trunk} done={done} />
          ))}
          {items.length === 0 && <NewTrunk />}
        </div>
      )}
    </Await>
  );
}

function NewTrunk() {
  const { t } = useTranslation();
  const required = useRequired();
  return (
    <StepForm<Fields>
      initial={{ sources: [] }}
      changes={["trunks"]}
      done={() => undefined}
      save={({ host, username, secret, ...rest }) =>
        unwrap(
          api.POST("/trunks", {
            body: {
              ...rest,
              host: host || null,
              username: username || null,
              secret: secret || null,
            },
          }),
        )
      }
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
      <Form.Item name="secret" label={t("agents.secret")}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </StepForm>
  );
}

function TrunkTestRow({ trunk, done }: { trunk: Trunk; done: () => void }) {
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
        <Button type="primary" loading={test.isPending} onClick={() => test.mutate()}>
          {t("trunks.test")}
        </Button>
      </div>
      {test.data && <Checks result={test.data} />}
    </div>
  );
}
