/** How a list is called: for which queue, with what number, when, how often. */

import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Select, Switch, TimePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type DiallingList, type DiallingWindow, unwrap } from "@/lib/api";
import { useQueueName } from "@/lib/queues";
import { FormDialog, useRequired, useSave } from "./parts";

const PURPOSES = ["service", "callback", "sales", "research"] as const;
const SPACED = ["busy", "no_answer", "machine", "failed", "given_up", "skipped"] as const;
const MINUTE = 60_000;
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;

type Hours = { weekdays: number[]; hours: [Dayjs, Dayjs]; zones: string[] };
type Fields = Pick<
  DiallingList,
  "name" | "queue_id" | "number" | "purpose" | "mode" | "tell_machine"
> & {
  most_tries: number;
  look_s: number;
  ring_s: number;
  spacing: Partial<Record<(typeof SPACED)[number], number | null>>;
  windows: Hours[];
};

const STANDARD: Partial<Fields> = {
  purpose: "service",
  mode: "preview",
  tell_machine: false,
  most_tries: 3,
  look_s: 60,
  ring_s: 30,
  spacing: { busy: 15, no_answer: 120, machine: 240, failed: 60, given_up: 15, skipped: 60 },
  windows: [],
};

export function ListDialog({ list, close }: { list: DiallingList | null; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const required = useRequired();
  const save = useSave<Fields>(
    "dialling-lists",
    (fields) => {
      const body = bodyOf(fields);
      if (!list) return unwrap(api.POST("/dialling-lists", { body }));
      const params = { path: { list_id: list.id } };
      return unwrap(api.PATCH("/dialling-lists/{list_id}", { params, body }));
    },
    close,
  );
  return (
    <FormDialog
      title={list?.name ?? t("lists.new")}
      form={form}
      initial={list ? fieldsOf(list) : STANDARD}
      save={save}
      close={close}
      width={680}
    >
      <Form.Item name="name" label={t("lists.list")} rules={required}>
        <Input maxLength={80} />
      </Form.Item>
      <div className="halves">
        <Form.Item name="queue_id" label={t("dial.queue")} rules={required}>
          <Select showSearch={{ optionFilterProp: "label" }} options={useQueues()} />
        </Form.Item>
        <Form.Item name="number" label={t("lists.shown")} rules={required}>
          <Select showSearch={{ optionFilterProp: "label" }} options={useNumbers()} />
        </Form.Item>
        <Form.Item name="mode" label={t("lists.mode")} extra={t("lists.mode_hint")}>
          <Select
            options={(["preview", "progressive"] as const).map((value) => ({
              value,
              label: t(`lists.mode_of.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item name="purpose" label={t("lists.purpose")} extra={t("lists.purpose_hint")}>
          <Select
            options={PURPOSES.map((value) => ({ value, label: t(`lists.purpose_of.${value}`) }))}
          />
        </Form.Item>
      </div>
      <div className="thirds">
        <Form.Item name="most_tries" label={t("lists.most_tries")} rules={required}>
          <InputNumber min={1} max={20} precision={0} />
        </Form.Item>
        <Form.Item name="look_s" label={t("lists.look_s")} rules={required}>
          <InputNumber min={5} max={600} precision={0} />
        </Form.Item>
        <Form.Item name="ring_s" label={t("lists.ring_s")} rules={required}>
          <InputNumber min={5} max={120} precision={0} />
        </Form.Item>
      </div>
      <Form.Item
        name="tell_machine"
        label={t("lists.tell_machine")}
        extra={t("lists.tell_machine_hint")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <p className="strong">{t("lists.spacing")}</p>
      <div className="thirds">
        {SPACED.map((outcome) => (
          <Form.Item
            key={outcome}
            name={["spacing", outcome]}
            label={t(`lists.outcome_of.${outcome}`)}
          >
            <InputNumber min={1} max={43_200} precision={0} placeholder={t("lists.no_more")} />
          </Form.Item>
        ))}
      </div>
      <Windows />
    </FormDialog>
  );
}

function Windows() {
  const { t } = useTranslation();
  const required = useRequired();
  return (
    <Form.List name="windows">
      {(rows, { add, remove }) => (
        <div className="stack">
          <p className="strong">{t("lists.windows")}</p>
          <p className="muted">{t("lists.windows_hint")}</p>
          {rows.map(({ key, name }) => (
            <div key={key} className="row" style={{ alignItems: "start" }}>
              <Form.Item name={[name, "weekdays"]} rules={required} style={{ flex: 2 }}>
                <Select
                  mode="multiple"
                  aria-label={t("lists.days")}
                  placeholder={t("lists.days")}
                  options={DAYS.map((value) => ({ value, label: t(`day.${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[name, "hours"]} rules={required}>
                <TimePicker.RangePicker format="HH:mm" minuteStep={15} />
              </Form.Item>
              <Form.Item name={[name, "zones"]} style={{ flex: 2 }}>
                <Select
                  mode="tags"
                  aria-label={t("lists.zones")}
                  placeholder={t("lists.all_zones")}
                  options={Intl.supportedValuesOf("timeZone").map((value) => ({ value }))}
                />
              </Form.Item>
              <Button
                aria-label={t("common.delete")}
                icon={<Trash2 size={14} aria-hidden />}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Button
            icon={<Plus size={14} aria-hidden />}
            onClick={() => add({ weekdays: [0, 1, 2, 3, 4], zones: [] })}
          >
            {t("lists.add_window")}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

function useQueues() {
  const queueName = useQueueName();
  const { data } = useQuery({ queryKey: ["queues"], queryFn: () => unwrap(api.GET("/queues")) });
  return data?.items.map(({ id, name }) => ({ value: id, label: queueName(name) })) ?? [];
}

function useNumbers() {
  const { data } = useQuery({ queryKey: ["numbers"], queryFn: () => unwrap(api.GET("/numbers")) });
  return data?.items.map(({ number }) => ({ value: number, label: number })) ?? [];
}

function bodyOf({ look_s, ring_s, spacing, windows, ...fields }: Fields) {
  const spaced = Object.entries(spacing).filter(([, minutes]) => minutes);
  return {
    ...fields,
    look_ms: look_s * 1_000,
    ring_ms: ring_s * 1_000,
    spacing_ms: Object.fromEntries(
      spaced.map(([name, minutes]) => [name, Number(minutes) * MINUTE]),
    ),
    windows: windows.map(({ weekdays, hours: [opens, closes], zones }) => ({
      weekdays,
      opens: minuteOf(opens),
      closes: minuteOf(closes) || 1440,
      zones,
    })),
  };
}

function fieldsOf(list: DiallingList): Partial<Fields> {
  const spaced = Object.entries(list.spacing_ms).map(([name, ms]) => [name, ms / MINUTE]);
  return {
    ...list,
    look_s: list.look_ms / 1_000,
    ring_s: list.ring_ms / 1_000,
    spacing: Object.fromEntries(spaced),
    windows: list.windows.map(hoursOf),
  };
}

function hoursOf({ weekdays, opens, closes, zones }: DiallingWindow): Hours {
  const at = (minute: number) =>
    dayjs()
      .startOf("day")
      .add(minute % 1440, "minute");
  return { weekdays, hours: [at(opens), at(closes)], zones };
}

function minuteOf(at: Dayjs): number {
  return at.hour() * 60 + at.minute();
}
