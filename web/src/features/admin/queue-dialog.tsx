/** One queue's rules as a form. */

import { useQuery } from "@tanstack/react-query";
import { Form, type FormRule, Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Queue, unwrap } from "@/lib/api";
import { FormDialog, LabelFields, useRequired, useSave } from "./parts";

const FRESH: Partial<Queue> = {
  priority: 0,
  offer_timeout_s: 15,
  accept: { mode: "manual", after_ms: 0 },
  decline_allowed: false,
  wrap_up: { mode: "fixed", seconds: 30 },
  disposition_required: true,
  survey_rate_pct: 100,
  service_level_s: 20,
  agents: [],
};

const SENT = [
  "name",
  "display",
  "priority",
  "offer_timeout_s",
  "accept",
  "decline_allowed",
  "wrap_up",
  "disposition_required",
  "survey_rate_pct",
  "service_level_s",
  "agents",
] as const;

type Fields = Pick<Queue, (typeof SENT)[number]>;

export function QueueDialog({ queue, close }: { queue: Queue | null; close: () => void }) {
  const { t } = useTranslation();
  const required = useRequired();
  const [form] = Form.useForm<Fields>();
  const agents = useQuery({ queryKey: ["agents"], queryFn: () => unwrap(api.GET("/agents")) });
  const save = useSave<Fields>(
    "queues",
    (body) =>
      queue
        ? unwrap(api.PATCH("/queues/{id}", { params: { path: { id: queue.id } }, body }))
        : unwrap(api.POST("/queues", { body })),
    close,
  );
  const wrapUp = Form.useWatch(["wrap_up", "mode"], form);
  const automatic = Form.useWatch(["accept", "mode"], form) === "automatic";
  const needsWrapUp: FormRule = {
    validator: (_, required: boolean) =>
      required && form.getFieldValue(["wrap_up", "mode"]) === "none"
        ? Promise.reject(new Error(t("refusal.disposition_needs_wrap_up")))
        : Promise.resolve(),
  };
  const source = queue ?? FRESH;
  const initial = Object.fromEntries(SENT.map((name) => [name, source[name]])) as Partial<Fields>;
  return (
    <FormDialog
      title={queue?.name ?? t("queue.new")}
      form={form}
      initial={initial}
      save={save}
      close={close}
    >
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
        <Form.Item name="survey_rate_pct" label={t("queue.survey_rate")}>
          <InputNumber min={0} max={100} suffix="%" />
        </Form.Item>
        <Form.Item name="service_level_s" label={t("queue.service_level")}>
          <InputNumber min={1} max={600} suffix="s" />
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
      </div>
      <Form.Item name="agents" label={t("queue.agents")}>
        <Select
          mode="multiple"
          optionFilterProp="label"
          options={(agents.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
    </FormDialog>
  );
}
