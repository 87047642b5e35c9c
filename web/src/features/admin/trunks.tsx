/** Trunks: who may send calls, where calls go, and a live test of the line. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  Button,
  Form,
  Input,
  InputNumber,
  Modal,
  Select,
  Switch,
  type TableColumnsType,
} from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Trunk, type TrunkTest, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { Checks } from "@/ui/checks";
import { Chip, useSayRefusal } from "@/ui/parts";
import { TrialNote } from "@/ui/trial";
import { FormDialog, ListPage, useEditing, useRequired, useSave } from "./parts";

export function TrunkTable() {
  const { t, i18n } = useTranslation();
  const [result, show] = useState<TrunkTest | null>(null);
  const query = useQuery({ queryKey: ["trunks"], queryFn: () => unwrap(api.GET("/trunks")) });
  const left = useLeft();
  const test = useTest(show);
  const writes = useMay()("trunks.write");
  const editing = useEditing<Trunk>(
    "trunks.write",
    ({ id }) =>
      writes && (
        <Button
          size="small"
          loading={test.isPending && test.variables === id}
          onClick={() => test.mutate(id)}
        >
          {t("trunks.test")}
        </Button>
      ),
  );
  const columns: TableColumnsType<Trunk> = [
    { title: t("trunks.trunk"), render: (_, trunk) => <Name trunk={trunk} left={left} /> },
    { title: t("trunks.place"), dataIndex: "place", className: "num" },
    { title: t("trunks.weight"), dataIndex: "weight", className: "num" },
    {
      title: t("trunks.sources"),
      render: (_, { sources }) => <span className="mono">{sources.join(", ") || "–"}</span>,
    },
    {
      title: t("trunks.host"),
      render: (_, { host }) => <span className="mono">{host ?? "–"}</span>,
    },
    {
      title: t("trunks.tested"),
      render: (_, { tested_at }) => (
        <span className="num muted">{moment(tested_at, i18n.language)}</span>
      ),
    },
    editing.column,
  ];
  return (
    <ListPage
      title={t("trunks.title")}
      query={query}
      columns={columns}
      rowKey="id"
      add={editing.add}
    >
      <TrialNote />
      {editing.dialog((trunk, close) => (
        <TrunkDialog trunk={trunk} close={close} />
      ))}
      <Modal
        open={result !== null}
        title={t("trunks.test")}
        onCancel={() => show(null)}
        footer={null}
      >
        {result && <Checks result={result} />}
      </Modal>
    </ListPage>
  );
}

/** By trunk: how much it loses, of those that new calls avoid. */
function useLeft(): Map<string, number> {
  const { data } = useQuery({
    queryKey: ["ways"],
    queryFn: () => unwrap(api.GET("/quality/ways")),
    refetchInterval: 30_000,
  });
  const ways = data?.items.filter(({ kind, left_at }) => kind === "trunk" && left_at) ?? [];
  return new Map(ways.map(({ id, loss_pct }) => [id, loss_pct]));
}

function Name({ trunk, left }: { trunk: Trunk; left: Map<string, number> }) {
  const { t } = useTranslation();
  const loss = left.get(trunk.id);
  return (
    <span className="row">
      {trunk.name}
      {loss !== undefined && <Chip tone="bad">{t("trunks.left", { loss: loss.toFixed(1) })}</Chip>}
    </span>
  );
}

function useTest(show: (result: TrunkTest) => void) {
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: (trunk_id: string) =>
      unwrap(api.POST("/trunks/{trunk_id}/test", { params: { path: { trunk_id } } })),
    onSuccess: (result) => {
      show(result);
      void client.invalidateQueries({ queryKey: ["trunks"] });
    },
    onError: say,
  });
}

type Fields = {
  name: string;
  sources: string[];
  host?: string;
  username?: string;
  secret?: string;
  place: number;
  weight: number;
  most_calls?: number | null;
  most_calls_a_second?: number | null;
  emergency: boolean;
  location_header?: string | null;
};

function TrunkDialog({ trunk, close }: { trunk: Trunk | null; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const save = useSave<Fields>(
    "trunks",
    ({ host, username, secret, ...rest }) => {
      const body = {
        ...rest,
        host: host || null,
        username: username || null,
        most_calls: rest.most_calls ?? null,
        most_calls_a_second: rest.most_calls_a_second ?? null,
        location_header: rest.location_header || null,
        ...(secret ? { secret } : {}),
      };
      if (!trunk) return unwrap(api.POST("/trunks", { body }));
      return unwrap(
        api.PATCH("/trunks/{trunk_id}", { params: { path: { trunk_id: trunk.id } }, body }),
      );
    },
    close,
  );
  const initial = trunk
    ? { ...trunk, host: trunk.host ?? "", username: trunk.username ?? "" }
    : { sources: [], place: 0, weight: 1, emergency: false };
  return (
    <FormDialog
      title={trunk?.name ?? t("trunks.new")}
      form={form}
      initial={initial}
      save={save}
      close={close}
    >
      <Form.Item name="name" label={t("trunks.trunk")} rules={useRequired()}>
        <Input />
      </Form.Item>
      <Form.Item name="sources" label={t("trunks.sources")} extra={t("trunks.sources_hint")}>
        <Select mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item name="host" label={t("trunks.host")}>
        <Input />
      </Form.Item>
      <div className="halves">
        <Form.Item name="place" label={t("trunks.place")} extra={t("trunks.place_hint")}>
          <InputNumber min={0} max={1000} precision={0} />
        </Form.Item>
        <Form.Item name="weight" label={t("trunks.weight")} extra={t("trunks.weight_hint")}>
          <InputNumber min={0} max={1000} precision={0} />
        </Form.Item>
        {(["most_calls", "most_calls_a_second"] as const).map((name) => (
          <Form.Item key={name} name={name} label={t(`trunks.${name}`)}>
            <InputNumber min={1} max={100000} precision={0} placeholder={t("trunks.no_bound")} />
          </Form.Item>
        ))}
      </div>
      <div className="halves">
        <Form.Item
          name="emergency"
          label={t("trunks.emergency")}
          extra={t("trunks.emergency_hint")}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
        <Form.Item
          name="location_header"
          label={t("trunks.location_header")}
          extra={t("trunks.location_header_hint")}
          rules={[{ pattern: /^(Geolocation|[XP]-[A-Za-z0-9-]{1,37})$/ }]}
        >
          <Input maxLength={40} />
        </Form.Item>
      </div>
      <div className="halves">
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
      </div>
    </FormDialog>
  );
}
