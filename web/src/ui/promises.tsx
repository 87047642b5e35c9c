/** Promises of an interaction, and the dialog that makes one: a follow-up, or an appointment. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Modal, Popconfirm, Segmented, Select, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { CalendarPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  api,
  type NewAppointment,
  type NewPromise,
  type PromiseChannel,
  type Promised,
  unwrap,
} from "@/lib/api";
import { useQueueOptions } from "@/lib/queues";
import { useMay, useMe } from "@/lib/session";
import { moment } from "@/lib/time";
import { Chip, Panel, useSayRefusal } from "./parts";

const CHANNELS: PromiseChannel[] = ["voice", "email", "chat", "sms", "wecom"];
const KINDS = ["follow_up", "appointment"] as const;
type Kind = (typeof KINDS)[number];
const HOURS_AHEAD = 48;

export function PromisesPanel({ interaction }: { interaction: string }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const [making, setMaking] = useState(false);
  const { data } = useQuery({
    queryKey: ["promises", "interaction", interaction],
    queryFn: () => unwrap(api.GET("/promises", { params: { query: { interaction } } })),
  });
  return (
    <Panel title={t("promises.title")}>
      <div className="stack">
        {data?.items.length === 0 && <p className="muted">{t("promises.none")}</p>}
        {data?.items.map((one) => (
          <div key={one.id} className="row wrap">
            <span className="num">{moment(one.due_at, i18n.language)}</span>
            <span>{t(`promise_channel.${one.channel}`)}</span>
            <span className="muted">{one.owner?.name ?? t("promises.the_team")}</span>
            <PromiseState row={one} />
            <PromiseVerbs row={one} />
          </div>
        ))}
        {may("interactions.control") && (
          <div>
            <Button icon={<CalendarPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
              {t("promises.new")}
            </Button>
          </div>
        )}
      </div>
      {making && <PromiseDialog interaction={interaction} close={() => setMaking(false)} />}
    </Panel>
  );
}

export function PromiseState({ row }: { row: Promised }) {
  const { t } = useTranslation();
  if (row.state === "open" && row.missed_at)
    return <Chip tone="bad">{t("promise_state.missed")}</Chip>;
  if (row.state === "open" && row.overdue) return <Chip tone="warn">{t("promises.overdue")}</Chip>;
  const tone = row.state === "done" ? "ok" : row.state === "begun" ? "warn" : "neutral";
  return <Chip tone={tone}>{t(`promise_state.${row.state}`)}</Chip>;
}

/** A call begins by itself when it is offered; anything else is begun and done by hand. */
export function PromiseVerbs({ row }: { row: Promised }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const onError = useSayRefusal();
  const change = useMutation({
    mutationFn: (verb: "begin" | "done" | "cancel") =>
      unwrap(api.POST(`/promises/{id}/${verb}`, { params: { path: { id: row.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["promises"] }),
    onError,
  });
  const over = row.state === "done" || row.state === "cancelled";
  if (over || !may("interactions.control")) return null;
  return (
    <Space>
      {row.state === "open" && row.channel !== "voice" && (
        <Button size="small" loading={change.isPending} onClick={() => change.mutate("begin")}>
          {t("promises.begin")}
        </Button>
      )}
      <Button size="small" loading={change.isPending} onClick={() => change.mutate("done")}>
        {t("promises.finish")}
      </Button>
      <Popconfirm title={t("promises.confirm")} onConfirm={() => change.mutate("cancel")}>
        <Button size="small" danger loading={change.isPending}>
          {t("promises.cancel")}
        </Button>
      </Popconfirm>
    </Space>
  );
}

interface Fields {
  phone?: string;
  queue?: string;
  note?: string;
  due_at?: Dayjs;
  channel: PromiseChannel;
  owner: "me" | "team";
  expert_id?: string;
  day?: Dayjs;
  at?: string;
}

export function PromiseDialog({ interaction, close }: { interaction?: string; close: () => void }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const [kind, setKind] = useState<Kind>("follow_up");
  const [form] = Form.useForm<Fields>();
  const client = useQueryClient();
  const onError = useSayRefusal();
  const make = useMutation({
    mutationFn: (fields: Fields) =>
      kind === "appointment"
        ? unwrap(api.POST("/appointments", { body: appointment(fields, interaction) }))
        : unwrap(api.POST("/promises", { body: followUp(fields, interaction, me?.user_id) })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["promises"] });
      close();
    },
    onError,
  });
  const queues = useQueueOptions();
  const required = [{ required: true, message: t("common.required") }];
  return (
    <Modal
      open
      title={t("promises.new")}
      onCancel={close}
      onOk={form.submit}
      confirmLoading={make.isPending}
      okText={t("common.save")}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          channel: "voice",
          owner: me?.agent ? "me" : "team",
          due_at: dayjs().add(1, "hour"),
        }}
        onFinish={(fields) => make.mutate(fields)}
      >
        <Form.Item>
          <Segmented<Kind>
            value={kind}
            onChange={setKind}
            options={KINDS.map((value) => ({ value, label: t(`promises.${value}`) }))}
          />
        </Form.Item>
        {!interaction && (
          <Form.Item name="phone" label={t("promises.phone")} rules={required}>
            <Input inputMode="tel" maxLength={40} autoFocus />
          </Form.Item>
        )}
        {(!interaction || kind === "appointment") && (
          <Form.Item name="queue" label={t("promises.queue")} rules={required}>
            <Select options={queues} />
          </Form.Item>
        )}
        {kind === "follow_up" ? <FollowUp /> : <Appointment />}
        <Form.Item name="note" label={t("promises.note")}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function FollowUp() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const channel = Form.useWatch<PromiseChannel>("channel");
  return (
    <>
      <Form.Item name="due_at" label={t("promises.due")} rules={[{ required: true }]}>
        <DatePicker
          showTime={{ format: "HH:mm" }}
          format="YYYY-MM-DD HH:mm"
          minDate={dayjs()}
          needConfirm={false}
        />
      </Form.Item>
      <Form.Item
        name="channel"
        label={t("promises.channel")}
        extra={channel === "voice" ? t("promises.hint_voice") : undefined}
      >
        <Select
          options={CHANNELS.map((value) => ({ value, label: t(`promise_channel.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="owner" label={t("promises.owner")}>
        <Segmented
          options={[
            { value: "me", label: t("promises.me"), disabled: !me?.agent },
            { value: "team", label: t("promises.the_team") },
          ]}
        />
      </Form.Item>
    </>
  );
}

function Appointment() {
  const { t, i18n } = useTranslation();
  const [queue, expert, day] = [
    Form.useWatch<string | undefined>("queue"),
    Form.useWatch<string | undefined>("expert_id"),
    Form.useWatch<Dayjs | undefined>("day"),
  ];
  const agents = useQuery({
    queryKey: ["agents"],
    queryFn: () => unwrap(api.GET("/agents")),
  });
  const date = day?.format("YYYY-MM-DD");
  const slots = useQuery({
    queryKey: ["slots", queue, expert, date],
    queryFn: () =>
      unwrap(
        api.GET("/appointments/slots", {
          params: { query: { queue: queue ?? "", expert: expert ?? "", day: date ?? "" } },
        }),
      ),
    enabled: Boolean(queue && expert && date),
  });
  const free = slots.data?.items ?? [];
  const time = (at: string) =>
    new Date(at).toLocaleTimeString(i18n.language, { hour: "2-digit", minute: "2-digit" });
  const why = slots.data ? t("promises.no_slot") : t("promises.pick");
  return (
    <>
      <Form.Item name="expert_id" label={t("promises.expert")} rules={[{ required: true }]}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={(agents.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item
        name="day"
        label={t("promises.day")}
        extra={t("promises.ahead")}
        rules={[{ required: true }]}
      >
        <DatePicker minDate={dayjs().add(HOURS_AHEAD, "hour")} />
      </Form.Item>
      <Form.Item name="at" label={t("promises.slot")} rules={[{ required: true }]}>
        <Select
          loading={slots.isFetching}
          notFoundContent={why}
          options={free.map((value) => ({ value, label: time(value) }))}
        />
      </Form.Item>
    </>
  );
}

function whom({ phone, queue, note }: Fields, interaction: string | undefined) {
  return {
    ...(interaction ? { interaction_id: interaction } : {}),
    ...(phone ? { phone } : {}),
    ...(queue ? { queue } : {}),
    ...(note ? { note } : {}),
  };
}

function followUp(
  fields: Fields,
  interaction: string | undefined,
  me: string | undefined,
): NewPromise {
  const due_at = (fields.due_at ?? dayjs()).toISOString();
  const owner = fields.owner === "me" && me ? { owner_id: me } : {};
  return { ...whom(fields, interaction), channel: fields.channel, due_at, ...owner };
}

function appointment(fields: Fields, interaction: string | undefined): NewAppointment {
  return {
    ...whom(fields, interaction),
    expert_id: fields.expert_id ?? "",
    at: fields.at ?? "",
  };
}
