/** Service numbers, and the trunks they come over. */

import { useQuery } from "@tanstack/react-query";
import { Form, Input, Select, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { api, type RecordingRule, type ServiceNumber, unwrap } from "@/lib/api";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/session";
import { AnnouncementField } from "./announcement-choice";
import { OffenderTable } from "./offenders";
import { FormDialog, LabelFields, ListPage, useEditing, useRequired, useSave } from "./parts";
import { useAgentChoice } from "./queue-fields";
import { recordingRules } from "./recording-rules";
import { TrunkTable } from "./trunks";

const SPOKEN = [
  { value: "zh", label: "中文" },
  { value: "en", label: "English" },
];

export function NumbersPage() {
  const may = useMay();
  return (
    <>
      <NumberTable />
      {may("trunks.read") && <TrunkTable />}
      {may("trunks.read") && <OffenderTable />}
    </>
  );
}

/** Where a number can lead: `flow:ID` or `queue:ID`. */
function useTargets() {
  const { t } = useTranslation();
  const flows = useQuery({ queryKey: ["flows"], queryFn: () => unwrap(api.GET("/flows")) });
  const queues = useQuery({ queryKey: ["queues"], queryFn: () => unwrap(api.GET("/queues")) });
  return [
    {
      label: t("numbers.flow"),
      options: (flows.data?.items ?? []).map(({ id, name }) => ({
        value: `flow:${id}`,
        label: name,
      })),
    },
    {
      label: t("queues.queue"),
      options: (queues.data?.items ?? []).map(({ id, name }) => ({
        value: `queue:${id}`,
        label: name,
      })),
    },
  ];
}

function useCalendars() {
  return useQuery({ queryKey: ["calendars"], queryFn: () => unwrap(api.GET("/calendars")) });
}

function useCalendarNames(): Map<string, string> {
  return new Map(useCalendars().data?.items.map(({ id, name }) => [id, name]));
}

const targetOf = (one: ServiceNumber): string =>
  one.flow_id ? `flow:${one.flow_id}` : `queue:${one.queue_id}`;

function NumberTable() {
  const { t } = useTranslation();
  const words = useWords();
  const editing = useEditing<ServiceNumber>("numbers.write");
  const query = useQuery({ queryKey: ["numbers"], queryFn: () => unwrap(api.GET("/numbers")) });
  const names = new Map(
    useTargets().flatMap(({ options }) => options.map(({ value, label }) => [value, label])),
  );
  const calendars = useCalendarNames();
  const agents = new Map(useAgentChoice().map(({ value, label }) => [value, label]));
  const leadsTo = (one: ServiceNumber) =>
    [names.get(targetOf(one)) ?? targetOf(one), agents.get(one.agent_id ?? "")]
      .filter(Boolean)
      .join(" · ");
  const columns: TableColumnsType<ServiceNumber> = [
    { title: t("numbers.number"), dataIndex: "number", className: "num strong" },
    { title: t("common.name"), render: (_, { name }) => words(name) },
    { title: t("numbers.leads_to"), render: (_, one) => leadsTo(one) },
    {
      title: t("numbers.calendar"),
      render: (_, { calendar_id }) => calendars.get(calendar_id ?? "") ?? "–",
    },
    {
      title: t("menu.language"),
      render: (_, { language }) =>
        SPOKEN.find(({ value }) => value === language)?.label ?? language,
    },
    editing.column,
  ];
  return (
    <ListPage
      title={t("admin.numbers")}
      query={query}
      columns={columns}
      rowKey="number"
      add={editing.add}
    >
      {editing.dialog((one, close) => (
        <NumberDialog one={one} close={close} />
      ))}
    </ListPage>
  );
}

type Fields = {
  number: string;
  name: { zh: string; en: string };
  target: string;
  agent_id?: string | null;
  calendar_id?: string | null;
  closed_flow_id?: string | null;
  greeting?: string | null;
  closed_announcement?: string | null;
  language: string;
  recording?: RecordingRule | null;
};

function NumberDialog({ one, close }: { one: ServiceNumber | null; close: () => void }) {
  const { t } = useTranslation();
  const required = useRequired();
  const [form] = Form.useForm<Fields>();
  const targets = useTargets();
  const agents = useAgentChoice();
  const target = Form.useWatch("target", form);
  const calendars = useCalendars();
  const flows = useQuery({ queryKey: ["flows"], queryFn: () => unwrap(api.GET("/flows")) });
  const save = useSave<Fields>(
    "numbers",
    ({ number, target, ...rest }) => {
      const [kind, id = null] = target.split(":");
      const body = {
        ...rest,
        calendar_id: rest.calendar_id ?? null,
        closed_flow_id: rest.closed_flow_id ?? null,
        greeting: rest.greeting ?? null,
        closed_announcement: rest.closed_announcement ?? null,
        recording: rest.recording ?? null,
        flow_id: kind === "flow" ? id : null,
        queue_id: kind === "queue" ? id : null,
        agent_id: kind === "queue" ? (rest.agent_id ?? null) : null,
      };
      if (one)
        return unwrap(api.PATCH("/numbers/{number}", { params: { path: { number } }, body }));
      return unwrap(api.POST("/numbers", { body: { ...body, number } }));
    },
    close,
  );
  const initial = one
    ? { ...one, target: targetOf(one) }
    : { language: "zh", name: { zh: "", en: "" } };
  return (
    <FormDialog
      title={one?.number ?? t("numbers.new")}
      form={form}
      initial={initial}
      save={save}
      close={close}
    >
      <Form.Item name="number" label={t("numbers.number")} rules={required}>
        <Input disabled={one !== null} inputMode="tel" />
      </Form.Item>
      <LabelFields name="name" />
      <Form.Item name="target" label={t("numbers.leads_to")} rules={required}>
        <Select options={targets} />
      </Form.Item>
      {target?.startsWith("queue:") && (
        <Form.Item name="agent_id" label={t("numbers.agent")} extra={t("numbers.agent_hint")}>
          <Select allowClear showSearch={{ optionFilterProp: "label" }} options={agents} />
        </Form.Item>
      )}
      <div className="halves">
        <Form.Item name="calendar_id" label={t("numbers.calendar")} extra={t("numbers.always")}>
          <Select
            allowClear
            options={(calendars.data?.items ?? []).map(({ id, name }) => ({
              value: id,
              label: name,
            }))}
          />
        </Form.Item>
        <Form.Item
          name="closed_flow_id"
          label={t("numbers.closed_flow")}
          extra={t("numbers.says_closed")}
        >
          <Select
            allowClear
            options={(flows.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      </div>
      <div className="halves">
        <AnnouncementField
          name="greeting"
          label={t("announcements.greeting")}
          extra={t("announcements.greeting_hint")}
        />
        <AnnouncementField
          name="closed_announcement"
          label={t("announcements.closed")}
          extra={t("announcements.closed_hint")}
        />
      </div>
      <div className="halves">
        <Form.Item name="language" label={t("menu.language")}>
          <Select options={SPOKEN} />
        </Form.Item>
        <Form.Item
          name="recording"
          label={t("queue.recording")}
          extra={t("recording_rule.of_number")}
        >
          <Select
            allowClear
            placeholder={t("recording_rule.as_queue")}
            options={recordingRules(t)}
          />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
