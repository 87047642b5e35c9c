/** Outward calls: whom we do not call, whose calls we do not take, what is allowed and was refused. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  App,
  Button,
  DatePicker,
  Form,
  Input,
  InputNumber,
  Select,
  Switch,
  type TableColumnsType,
} from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Listed, type OutwardCall, type OutwardRules, unwrap } from "@/lib/api";
import { usePages } from "@/lib/pages";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { Await, PageHead, Panel, useSayRefusal } from "@/ui/parts";
import { FilterText, PagedRows } from "@/ui/rows";
import { ConsentFields, type ConsentRow, consentOf, consentRows } from "./consent-rules";
import { FormDialog, useEditing, useRequired, useSave } from "./parts";

type Kind = "do_not_call" | "blocked";
const PATHS = {
  do_not_call: "/outbound/do-not-call",
  blocked: "/outbound/blocked-callers",
} as const;

export function OutboundPage() {
  return (
    <>
      <List kind="do_not_call" />
      <List kind="blocked" />
      <Rules />
      <Refused />
    </>
  );
}

function List({ kind }: { kind: Kind }) {
  const { t, i18n } = useTranslation();
  const [number, find] = useState<string>();
  const remove = useRemove(kind);
  const writes = useMay()("outbound.write");
  const pages = usePages(kind, number ? { number } : {}, (query) =>
    unwrap(api.GET(PATHS[kind], { params: { query } })),
  );
  const editing = useEditing<Listed>(
    "outbound.write",
    ({ id }) =>
      writes && (
        <Button size="small" danger onClick={() => remove.mutate(id)}>
          {t("outbound.remove")}
        </Button>
      ),
  );
  const columns: TableColumnsType<Listed> = [
    { title: t("outbound.number"), dataIndex: "number", className: "num" },
    { title: t("outbound.reason"), dataIndex: "reason" },
    { title: t("outbound.appeal"), render: (_, { appeal }) => appeal || "–" },
    {
      title: t("outbound.expires"),
      className: "num",
      render: (_, { expires_at }) =>
        expires_at ? moment(expires_at, i18n.language) : t("outbound.never"),
    },
    editing.column,
  ];
  return (
    <>
      <PageHead title={t(`outbound.${kind}`)}>
        <FilterText
          name={t("outbound.find")}
          value={number}
          choose={(text) => find(text || undefined)}
        />
        {editing.add && (
          <Button type="primary" icon={<Plus size={14} aria-hidden />} onClick={editing.add}>
            {t("common.add")}
          </Button>
        )}
      </PageHead>
      <p className="muted">{t(`outbound.${kind}_hint`)}</p>
      <PagedRows pages={pages} columns={columns} rowKey="id" />
      {editing.dialog((one, close) => (
        <ListedDialog kind={kind} one={one} close={close} />
      ))}
    </>
  );
}

function useRemove(kind: Kind) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: (entry_id: string) =>
      unwrap(api.DELETE(`${PATHS[kind]}/{entry_id}`, { params: { path: { entry_id } } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: [kind] });
      void message.success(t("outbound.removed"));
    },
    onError: say,
  });
}

type Fields = { number: string; reason: string; appeal: string; expires?: Dayjs | null };

function ListedDialog(props: { kind: Kind; one: Listed | null; close: () => void }) {
  const { kind, one, close } = props;
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const required = useRequired();
  const save = useSave<Fields>(
    kind,
    ({ number, reason, appeal, expires }) => {
      const expires_at = expires ? expires.endOf("day").toISOString() : null;
      if (!one) return unwrap(api.POST(PATHS[kind], { body: { number, reason, expires_at } }));
      return unwrap(
        api.PATCH(`${PATHS[kind]}/{entry_id}`, {
          params: { path: { entry_id: one.id } },
          body: { reason, appeal: appeal ?? "", expires_at },
        }),
      );
    },
    close,
  );
  const initial = one
    ? { ...one, expires: one.expires_at ? dayjs(one.expires_at) : null }
    : { appeal: "" };
  return (
    <FormDialog
      title={one?.number ?? t(`outbound.add_${kind}`)}
      form={form}
      initial={initial}
      save={save}
      close={close}
    >
      {!one && (
        <Form.Item name="number" label={t("outbound.number")} rules={required}>
          <Input inputMode="tel" maxLength={40} />
        </Form.Item>
      )}
      <Form.Item name="reason" label={t("outbound.reason")} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="expires" label={t("outbound.expires")}>
        <DatePicker
          placeholder={t("outbound.never")}
          disabledDate={(day) => day.isBefore(dayjs(), "day")}
        />
      </Form.Item>
      {one && (
        <Form.Item name="appeal" label={t("outbound.appeal")} extra={t("outbound.appeal_hint")}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
      )}
    </FormDialog>
  );
}

function Rules() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["outbound-rules"], queryFn: readRules });
  return (
    <Panel title={t("outbound.rules")}>
      <Await query={query} rows={4}>
        {(read) => <RulesForm key={read.tag} {...read} />}
      </Await>
    </Panel>
  );
}

async function readRules(): Promise<{ rules: OutwardRules; tag: string }> {
  const reply = await api.GET("/outbound/rules");
  const rules = await unwrap(Promise.resolve(reply));
  return { rules, tag: reply.response.headers.get("ETag") ?? "*" };
}

type RuleFields = Omit<OutwardRules, "recording_consent"> & { consent: ConsentRow[] };

const HOMES: OutwardRules["home"][] = ["CN", "DE", "GB", "JP", "US"];

function RulesForm({ rules, tag }: { rules: OutwardRules; tag: string }) {
  const { t, i18n } = useTranslation();
  const countryNames = new Intl.DisplayNames([i18n.language], { type: "region" });
  const writes = useMay()("outbound.write");
  const [form] = Form.useForm<RuleFields>();
  const save = useSave<RuleFields>("outbound-rules", ({ consent, ...body }) =>
    unwrap(
      api.PATCH("/outbound/rules", {
        params: { header: { "If-Match": tag } },
        body: {
          ...body,
          cost_cap_cents: body.cost_cap_cents ?? null,
          recording_consent: consentOf(consent),
        },
      }),
    ),
  );
  return (
    <Form<RuleFields>
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={!writes}
      initialValues={{ ...rules, consent: consentRows(rules.recording_consent) }}
      onFinish={(fields) => save.mutate(fields)}
    >
      <Form.Item name="home" label={t("outbound.home")} extra={t("outbound.home_hint")}>
        <Select options={HOMES.map((value) => ({ value, label: countryNames.of(value) }))} />
      </Form.Item>
      <Form.Item
        name="callbacks_at_any_hour"
        label={t("outbound.any_hour")}
        extra={t("outbound.any_hour_hint")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <Form.Item
        name="countries"
        label={t("outbound.countries")}
        extra={t("outbound.countries_hint")}
        normalize={(codes: string[]) => codes.map((code) => code.trim().toUpperCase())}
      >
        <Select mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
      <div className="halves">
        <Form.Item name="premium" label={t("outbound.premium")} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="cost_cap_cents" label={t("outbound.cap")} extra={t("outbound.cap_hint")}>
          <InputNumber min={0} max={10_000_000} precision={0} />
        </Form.Item>
      </div>
      <div className="halves">
        {(["home", "abroad", "premium"] as const).map((where) => (
          <Form.Item
            key={where}
            name={`${where}_cents_a_minute`}
            label={t(`outbound.rate_${where}`)}
          >
            <InputNumber min={0} max={10_000_000} precision={0} />
          </Form.Item>
        ))}
      </div>
      <ConsentFields />
      {writes && (
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("common.save")}
        </Button>
      )}
    </Form>
  );
}

function Refused() {
  const { t, i18n } = useTranslation();
  const pages = usePages("refused-calls", { refused: true }, (query) =>
    unwrap(api.GET("/outbound/calls", { params: { query } })),
  );
  const columns: TableColumnsType<OutwardCall> = [
    {
      title: t("outbound.at"),
      className: "num",
      render: (_, { at }) => moment(at, i18n.language),
    },
    { title: t("outbound.rule"), render: (_, { rule }) => rule && t(`outbound.rule_of.${rule}`) },
    { title: t("outbound.detail"), dataIndex: "detail", className: "muted" },
    {
      title: t("outbound.call"),
      render: (_, { interaction_id }) => (
        <Link to={`/interactions/${interaction_id}`}>{t("outbound.call")}</Link>
      ),
    },
  ];
  return (
    <>
      <PageHead title={t("outbound.refused")} />
      <PagedRows pages={pages} columns={columns} rowKey="id" empty={t("outbound.refused_none")} />
    </>
  );
}
