/** What happens when a queue cannot serve: how many may wait, when it is open, where to else. */

import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Select } from "antd";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type Channel, type OverflowWhen, unwrap } from "@/lib/api";
import type { QueueFields } from "./queue-fields";
import { Remove } from "./queue-who";

const WHEN: OverflowWhen[] = ["wait", "no_answer", "depth", "ewt", "no_agents", "closed"];
const COUNTED: OverflowWhen[] = ["wait", "no_answer", "depth", "ewt"];

type Target = Pick<
  QueueFields["overflow"][number],
  "to_queue_id" | "to_flow_id" | "to_voicemail" | "channels"
>;
export const MAILBOX = /^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$/;

const BEGINS: Partial<Record<OverflowWhen, number>> = {
  wait: 60,
  no_answer: 2,
  depth: 10,
  ewt: 300,
};
const CHANNELS: Channel[] = ["voice", "chat", "email", "task"];
const FRESH = {
  when: "wait",
  at: 60,
  to_queue_id: null,
  to_flow_id: null,
  to_voicemail: false,
  channels: ["voice"],
};

export function FitFields({ own }: { own: string | undefined }) {
  const { t } = useTranslation();
  const calendars = useQuery({
    queryKey: ["calendars"],
    queryFn: () => unwrap(api.GET("/calendars")),
  });
  return (
    <>
      <h3 className="form-part">{t("queue.part_fit")}</h3>
      <div className="halves">
        <Form.Item name="max_waiting" label={t("queue.max_waiting")}>
          <InputNumber min={1} max={100_000} />
        </Form.Item>
        <Form.Item name="calendar_id" label={t("queue.calendar")} extra={t("numbers.always")}>
          <Select
            allowClear
            options={(calendars.data?.items ?? []).map(({ id, name }) => ({
              value: id,
              label: name,
            }))}
          />
        </Form.Item>
      </div>
      <Form.Item label={t("queue.overflow")}>
        <Form.List name="overflow">
          {(rows, { add, remove }) => (
            <div className="stack" style={{ gap: 8 }}>
              {rows.map((row) => (
                <OverflowRow
                  key={row.key}
                  row={row.name}
                  own={own}
                  remove={() => remove(row.name)}
                />
              ))}
              <Button icon={<Plus size={14} aria-hidden />} onClick={() => add(FRESH)}>
                {t("queue.add_overflow")}
              </Button>
            </div>
          )}
        </Form.List>
      </Form.Item>
      <Form.Item
        name="voicemail_mailbox"
        label={t("queue.voicemail_mailbox")}
        normalize={(typed: string) => typed.trim() || null}
        rules={[{ pattern: MAILBOX, message: t("queue.mailbox_wrong") }]}
      >
        <Input type="email" maxLength={254} />
      </Form.Item>
    </>
  );
}

function OverflowRow(props: { row: number; own: string | undefined; remove: () => void }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<QueueFields>();
  const when = Form.useWatch(["overflow", props.row, "when"], form);
  const counted = when === "depth" ? t("queue.in_line") : t("queue.offers");
  const unit = when === "depth" || when === "no_answer" ? counted : "s";
  return (
    <div className="overflow-row">
      <Form.Item noStyle name={[props.row, "when"]}>
        <Select
          aria-label={t("queue.overflow")}
          onChange={(value: OverflowWhen) =>
            form.setFieldValue(["overflow", props.row, "at"], BEGINS[value] ?? 0)
          }
          options={WHEN.map((value) => ({ value, label: t(`overflow.${value}`) }))}
        />
      </Form.Item>
      <Form.Item noStyle name={[props.row, "at"]} hidden={!COUNTED.includes(when)}>
        <InputNumber min={0} max={86_400} suffix={unit} aria-label={t("queue.overflow_at")} />
      </Form.Item>
      <Form.Item
        noStyle
        name={[props.row, "channels"]}
        rules={[{ required: true, type: "array", min: 1 }]}
      >
        <Select
          mode="multiple"
          maxTagCount="responsive"
          aria-label={t("queue.overflow_channels")}
          options={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
        />
      </Form.Item>
      <TargetSelect {...props} />
      <Remove act={props.remove} />
    </div>
  );
}

/**
 * A queue, a flow or the own box in one choice; exactly one of the three fields holds it. What is
 * written leads to queues alone.
 */
function TargetSelect({ row, own }: { row: number; own: string | undefined }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<QueueFields>();
  const queues = useQuery({ queryKey: ["queues"], queryFn: () => unwrap(api.GET("/queues")) });
  const flows = useQuery({ queryKey: ["flows"], queryFn: () => unwrap(api.GET("/flows")) });
  const target = Form.useWatch(["overflow", row], { form, preserve: true }) as Target | undefined;
  const value = target?.to_queue_id
    ? `queue:${target.to_queue_id}`
    : target?.to_flow_id
      ? `flow:${target.to_flow_id}`
      : target?.to_voicemail
        ? "voicemail"
        : null;
  const choose = (chosen: string) => {
    const [kind, id = null] = chosen.split(":");
    form.setFieldValue(["overflow", row, "to_queue_id"], kind === "queue" ? id : null);
    form.setFieldValue(["overflow", row, "to_flow_id"], kind === "flow" ? id : null);
    form.setFieldValue(["overflow", row, "to_voicemail"], kind === "voicemail");
  };
  const written = target?.channels?.some((one) => one !== "voice");
  const others = (queues.data?.items ?? []).filter(({ id }) => id !== own);
  return (
    <>
      <Form.Item name={[row, "to_queue_id"]} hidden />
      <Form.Item name={[row, "to_flow_id"]} hidden />
      <Form.Item name={[row, "to_voicemail"]} hidden />
      <Select
        value={value}
        onChange={choose}
        status={value ? "" : "warning"}
        placeholder={t("queue.overflow_to")}
        aria-label={t("queue.overflow_to")}
        options={[
          { value: "voicemail", label: t("queue.to_voicemail"), disabled: written },
          {
            label: t("queues.queue"),
            options: others.map(({ id, name }) => ({ value: `queue:${id}`, label: name })),
          },
          {
            label: t("numbers.flow"),
            options: (flows.data?.items ?? []).map(({ id, name }) => ({
              value: `flow:${id}`,
              label: name,
              disabled: written,
            })),
          },
        ]}
      />
    </>
  );
}
