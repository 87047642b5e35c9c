/** When and how a queue calls customers back instead of letting them wait on the line. */

import { Form, InputNumber, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { CallbackRules } from "@/lib/api";
import type { QueueFields } from "./queue-fields";

const COUNTED: { name: keyof CallbackRules & string; min: number; max: number; unit: string }[] = [
  { name: "min_ewt_s", min: 0, max: 7200, unit: "s" },
  { name: "preview_s", min: 5, max: 20, unit: "s" },
  { name: "ring_s", min: 10, max: 120, unit: "s" },
  { name: "tries", min: 1, max: 10, unit: "" },
  { name: "retry_after_s", min: 1, max: 86_400, unit: "s" },
  { name: "most_share_pct", min: 0, max: 100, unit: "%" },
];
const SWITCHED = ["after_abandon", "tell_machine"] as const;

export function CallbackFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<QueueFields>();
  const enabled = Form.useWatch(["callback", "enabled"], form);
  return (
    <>
      <h3 className="form-part">{t("queue_callback.title")}</h3>
      <Form.Item
        name={["callback", "enabled"]}
        label={t("queue_callback.enabled")}
        extra={t("queue_callback.enabled_hint")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <Form.Item
        name={["callback", "after_loss"]}
        label={t("queue_callback.after_loss")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <div className="halves" hidden={!enabled}>
        {COUNTED.map(({ name, min, max, unit }) => (
          <Form.Item
            key={name}
            name={["callback", name]}
            label={t(`queue_callback.${name as "tries"}`)}
            extra={name === "most_share_pct" ? t("queue_callback.most_share_hint") : null}
          >
            <InputNumber min={min} max={max} suffix={unit} />
          </Form.Item>
        ))}
        {SWITCHED.map((name) => (
          <Form.Item
            key={name}
            name={["callback", name]}
            label={t(`queue_callback.${name}`)}
            valuePropName="checked"
          >
            <Switch />
          </Form.Item>
        ))}
      </div>
    </>
  );
}
