/** One queue's policy as a form; beside it who of its agents would match, step by step. */

import { Form, type FormRule, Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Queue, type ThingContent, unwrap } from "@/lib/api";
import { FormDialog, LabelFields, useRequired, useSave } from "./parts";
import { AnnounceFields } from "./queue-announce";
import { CallbackFields } from "./queue-callback";
import { IntoDraft } from "./queue-draft";
import { initialFields, type QueueFields } from "./queue-fields";
import { Matches } from "./queue-matches";
import { FitFields } from "./queue-overflow";
import { WhichFields, WhoFields } from "./queue-who";
import { recordingRules } from "./recording-rules";

const CLOSEST_BEEP_S = 5;

export function QueueDialog({ queue, close }: { queue: Queue | null; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<QueueFields>();
  const save = useSave<QueueFields>(
    "queues",
    (fields) => {
      const body = { ...fields, calendar_id: fields.calendar_id ?? null };
      if (!queue) return unwrap(api.POST("/queues", { body }));
      const header = { "If-Match": `"${queue.version}"` };
      const params = { path: { id: queue.id }, header };
      return unwrap(api.PATCH("/queues/{id}", { params, body }));
    },
    close,
  );
  return (
    <FormDialog
      title={queue?.name ?? t("queue.new")}
      form={form}
      initial={initialFields(queue)}
      save={save}
      close={close}
      width={1080}
      aside={<Matches />}
      extra={
        <IntoDraft
          changes={async () => {
            const { name, ...content } = await form.validateFields();
            return { queues: { [name]: content as ThingContent } };
          }}
          done={close}
        />
      }
    >
      <BasicFields />
      <WhoFields />
      <WhichFields />
      <FitFields own={queue?.id} />
      <AnnounceFields />
      <CallbackFields />
    </FormDialog>
  );
}

function BasicFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<QueueFields>();
  const required = useRequired();
  const wrapUp = Form.useWatch(["wrap_up", "mode"], form);
  const automatic = Form.useWatch(["accept", "mode"], form) === "automatic";
  const declines = Form.useWatch("decline_allowed", form);
  const rule = Form.useWatch("recording", form);
  const spaced: FormRule = {
    validator: (_, seconds: number) =>
      seconds > 0 && seconds < CLOSEST_BEEP_S
        ? Promise.reject(new Error(t("recording_rule.beep_hint")))
        : Promise.resolve(),
  };
  const needsWrapUp: FormRule = {
    validator: (_, wanted: boolean) =>
      wanted && form.getFieldValue(["wrap_up", "mode"]) === "none"
        ? Promise.reject(new Error(t("refusal.disposition_needs_wrap_up")))
        : Promise.resolve(),
  };
  return (
    <>
      <Form.Item name="name" label={t("queue.name")} rules={required}>
        <Input />
      </Form.Item>
      <LabelFields name="display" />
      <div className="halves">
        <Form.Item name="priority" label={t("ticket.priority")}>
          <InputNumber min={0} max={1000} />
        </Form.Item>
        <Form.Item name="offer_timeout_s" label={t("queue.offer_timeout")}>
          <InputNumber min={5} max={120} suffix="s" />
        </Form.Item>
        <Form.Item name={["accept", "mode"]} label={t("queue.accept")}>
          <Select
            options={(["manual", "automatic"] as const).map((value) => ({
              value,
              label: t(`accept.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item name={["accept", "after_ms"]} label={t("queue.after")} hidden={!automatic}>
          <Select
            options={[0, 1000, 2000, 3000].map((value) => ({ value, label: `${value / 1000} s` }))}
          />
        </Form.Item>
      </div>
      <div className="halves">
        <Form.Item name={["wrap_up", "mode"]} label={t("wrap_up.title")}>
          <Select
            options={(["none", "fixed", "until_done"] as const).map((value) => ({
              value,
              label: t(`wrap_mode.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item
          name={["wrap_up", "seconds"]}
          label={t("queue.wrap_seconds")}
          hidden={wrapUp !== "fixed"}
        >
          <InputNumber min={1} max={3600} suffix="s" />
        </Form.Item>
        <Form.Item name="recording" label={t("queue.recording")} extra={t("recording_rule.hint")}>
          <Select options={recordingRules(t)} />
        </Form.Item>
        <Form.Item
          name="recording_beep_s"
          label={t("recording_rule.beep")}
          extra={t("recording_rule.beep_hint")}
          hidden={rule === "off"}
          rules={[spaced]}
        >
          <InputNumber min={0} max={120} suffix="s" />
        </Form.Item>
        <Form.Item name="survey_rate_pct" label={t("queue.survey_rate")}>
          <InputNumber min={0} max={100} suffix="%" />
        </Form.Item>
        <Form.Item name="service_level_s" label={t("queue.service_level")}>
          <InputNumber min={1} max={600} suffix="s" />
        </Form.Item>
        <Form.Item
          name="short_abandon_s"
          label={t("queue_more.short_abandon")}
          extra={t("queue_more.short_abandon_hint")}
        >
          <InputNumber min={0} max={60} suffix="s" />
        </Form.Item>
        <Form.Item
          name="handling_s"
          label={t("queue_more.handling")}
          extra={t("queue_more.handling_hint")}
        >
          <InputNumber min={0} max={86_400} suffix="s" />
        </Form.Item>
        <Form.Item
          name="disposition_required"
          label={t("queue.disposition_required")}
          valuePropName="checked"
          dependencies={[["wrap_up", "mode"]]}
          rules={[needsWrapUp]}
        >
          <Switch />
        </Form.Item>
        <Form.Item
          name="decline_allowed"
          label={t("queue.decline_allowed")}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
        <Form.Item
          name="declines_before_not_ready"
          label={t("queue_more.declines")}
          hidden={!declines}
        >
          <InputNumber min={1} max={20} />
        </Form.Item>
        <Form.Item
          name="decline_rest_s"
          label={t("queue_more.decline_rest")}
          extra={t("queue_more.decline_rest_hint")}
          hidden={!declines}
        >
          <InputNumber min={0} max={300} suffix="s" />
        </Form.Item>
      </div>
    </>
  );
}
