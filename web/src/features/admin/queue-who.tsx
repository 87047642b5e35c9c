/** Who may serve a queue, and which of them is asked first. */

import { Button, Form, Input, InputNumber, Select, Switch } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Strategy } from "@/lib/api";
import { useRequired } from "./parts";
import { type QueueFields, useAgentChoice } from "./queue-fields";

const STRATEGIES: Strategy[] = [
  "index",
  "longest_idle",
  "fewest_contacts",
  "least_occupied",
  "most_skilled",
  "least_flexible",
  "round_robin",
  "linear",
  "top_down",
  "random",
  "weighted",
  "ring_all",
];
const DAY_S = 86_400;

export function WhoFields() {
  const { t } = useTranslation();
  const agents = useAgentChoice();
  return (
    <>
      <h3 className="form-part">{t("queue.part_who")}</h3>
      <Form.Item name="agents" label={t("queue.agents")}>
        <Select mode="multiple" showSearch={{ optionFilterProp: "label" }} options={agents} />
      </Form.Item>
      <Form.Item
        name="requirement"
        label={t("queue.requirement")}
        extra={t("queue.requirement_hint")}
      >
        <Input className="mono" maxLength={500} spellCheck={false} />
      </Form.Item>
      <Form.Item label={t("queue.relaxing")}>
        <Form.List name="relaxing">
          {(rows, { add, remove }) => (
            <div className="stack" style={{ gap: 8 }}>
              {rows.map((row) => (
                <div key={row.key} className="step-row">
                  <Form.Item noStyle name={[row.name, "after_s"]}>
                    <InputNumber min={1} max={DAY_S} suffix="s" aria-label={t("queue.after_s")} />
                  </Form.Item>
                  <Form.Item noStyle name={[row.name, "requirement"]}>
                    <Input
                      className="mono"
                      maxLength={500}
                      spellCheck={false}
                      placeholder={t("queue.anybody")}
                      aria-label={t("queue.then")}
                    />
                  </Form.Item>
                  <Remove act={() => remove(row.name)} />
                </div>
              ))}
              <Button
                icon={<Plus size={14} aria-hidden />}
                onClick={() => add({ after_s: 30 * (rows.length + 1), requirement: "" })}
              >
                {t("queue.add_step")}
              </Button>
            </div>
          )}
        </Form.List>
      </Form.Item>
    </>
  );
}

export function WhichFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<QueueFields>();
  const several = Form.useWatch("strategy", form) === "ring_all";
  return (
    <>
      <h3 className="form-part">{t("queue.part_which")}</h3>
      <div className="halves">
        <Form.Item name="strategy" label={t("queue.strategy")} className="wide">
          <Select
            options={STRATEGIES.map((value) => ({ value, label: t(`strategy.${value}`) }))}
            optionRender={({ value }) => (
              <div>
                {t(`strategy.${value as Strategy}`)}
                <div className="help">{t(`strategy_help.${value as Strategy}`)}</div>
              </div>
            )}
          />
        </Form.Item>
        <Form.Item name="ring_at_once" label={t("queue.ring_at_once")} hidden={!several}>
          <InputNumber min={1} max={20} />
        </Form.Item>
        <Form.Item name={["patience", "last_agent_s"]} label={t("queue.last_agent")}>
          <InputNumber min={0} max={DAY_S} suffix="s" />
        </Form.Item>
        <Form.Item name={["patience", "manager_s"]} label={t("queue.manager")}>
          <InputNumber min={0} max={DAY_S} suffix="s" />
        </Form.Item>
        <Form.Item name={["patience", "expert_s"]} label={t("queue.expert")}>
          <InputNumber min={0} max={DAY_S} suffix="s" />
        </Form.Item>
        <Form.Item name="tier_s" label={t("queue.tier")}>
          <InputNumber min={0} max={DAY_S} suffix="s" />
        </Form.Item>
      </div>
      <MemberFields />
      <Form.Item name="by_history" label={t("queue.by_history")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

/** Agents who are asked only later; all others are of tier 0. */
function MemberFields() {
  const { t } = useTranslation();
  const required = useRequired();
  const agents = useAgentChoice();
  return (
    <Form.Item label={t("queue.members")} extra={t("queue.members_hint")}>
      <Form.List name="members">
        {(rows, { add, remove }) => (
          <div className="stack" style={{ gap: 8 }}>
            {rows.map((row) => (
              <div key={row.key} className="step-row">
                <Form.Item noStyle name={[row.name, "penalty"]}>
                  <InputNumber min={0} max={20} aria-label={t("queue.penalty")} />
                </Form.Item>
                <Form.Item noStyle name={[row.name, "agent"]} rules={required}>
                  <Select
                    showSearch={{ optionFilterProp: "label" }}
                    options={agents}
                    aria-label={t("queue.agents")}
                  />
                </Form.Item>
                <Remove act={() => remove(row.name)} />
              </div>
            ))}
            <Button
              icon={<Plus size={14} aria-hidden />}
              onClick={() => add({ penalty: 1, position: 0, weight: 1 })}
            >
              {t("queue.add_member")}
            </Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}

export function Remove({ act }: { act: () => void }) {
  const { t } = useTranslation();
  return (
    <Button
      type="text"
      aria-label={t("common.delete")}
      icon={<Trash2 size={14} aria-hidden />}
      onClick={act}
    />
  );
}
