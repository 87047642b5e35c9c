/** The organisation's routing rules: whom agents serve first, when they help out, who is an expert. */

import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Select } from "antd";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type RoutingRules, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { Await, PageHead } from "@/ui/parts";
import { useRequired, useSave } from "./parts";
import { IntoDraft } from "./queue-draft";
import { useAgentChoice } from "./queue-fields";
import { Remove } from "./queue-who";
import { CapacityFields } from "./routing-capacity";
import { InOrder } from "./routing-order";
import { fieldsOf, LEVELS, ORDERINGS, type RoutingFields, rulesOf } from "./routing-rules";

const DAY_S = 86_400;
const MOST_WEIGHT = 100;

export function RoutingPage() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["routing-rules"],
    queryFn: () => unwrap(api.GET("/routing-rules")),
  });
  return (
    <>
      <PageHead title={t("admin.routing")} />
      <Await query={query} rows={8}>
        {(rules) => <RulesForm key={rules.version} rules={rules} />}
      </Await>
    </>
  );
}

function RulesForm({ rules }: { rules: RoutingRules & { version: number } }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<RoutingFields>();
  const writes = useMay()("routing.write");
  const save = useSave<RoutingFields>("routing-rules", (fields) => {
    const params = { header: { "If-Match": `"${rules.version}"` } };
    return unwrap(api.PUT("/routing-rules", { params, body: rulesOf(fields) }));
  });
  return (
    <Form<RoutingFields>
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={!writes}
      initialValues={fieldsOf(rules)}
      onFinish={(fields) => save.mutate(fields)}
      className="panel routing-rules"
    >
      <div className="form-and-aside">
        <div>
          <OrderFields />
          <TagWeights />
          <SharingFields />
          <Experts />
          <CapacityFields />
        </div>
        <InOrder />
      </div>
      {writes && (
        <div className="row between">
          <IntoDraft
            changes={async () => ({
              routing: { tenant: { ...rulesOf(await form.validateFields()) } },
            })}
          />
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t("common.save")}
          </Button>
        </div>
      )}
    </Form>
  );
}

function OrderFields() {
  const { t } = useTranslation();
  const required = useRequired();
  const form = Form.useFormInstance<RoutingFields>();
  const kind = Form.useWatch(["order", "kind"], form) ?? "index";
  const weighs = kind === "index" || kind === "gc_mu";
  const levels = LEVELS.map((value) => ({ value, label: t(`level.${value}`) }));
  return (
    <>
      <h3 className="form-part">{t("routing.part_order")}</h3>
      <Form.Item
        name={["order", "kind"]}
        label={t("routing.kind")}
        extra={t(`ordering_help.${kind}`)}
      >
        <Select
          options={ORDERINGS.map((value) => ({ value, label: t(`ordering.${value}`) }))}
          optionRender={({ value }) => (
            <div>
              {t(`ordering.${value as (typeof ORDERINGS)[number]}`)}
              <div className="help">
                {t(`ordering_help.${value as (typeof ORDERINGS)[number]}`)}
              </div>
            </div>
          )}
        />
      </Form.Item>
      <Form.Item label={t("routing.level_weights")} hidden={!weighs}>
        <div className="level-weights">
          {LEVELS.map((level) => (
            <Form.Item
              key={level}
              name={["order", "level_weights", level]}
              label={t(`level.${level}`)}
              rules={required}
            >
              <Weight />
            </Form.Item>
          ))}
        </div>
      </Form.Item>
      <div className="halves">
        <Form.Item
          name={["order", "contract_weight"]}
          label={t("routing.contract_weight")}
          rules={required}
          hidden={!weighs}
        >
          <Weight />
        </Form.Item>
        <Form.Item
          name={["order", "repeat_weight"]}
          label={t("routing.repeat_weight")}
          extra={t("routing.repeat_hint")}
          rules={required}
          hidden={!weighs}
        >
          <Weight />
        </Form.Item>
        <Form.Item
          name={["order", "priority_unit"]}
          label={t("routing.priority_unit")}
          extra={t("routing.priority_unit_hint")}
          rules={required}
          hidden={!weighs}
        >
          <InputNumber min={1} max={1000} precision={0} />
        </Form.Item>
        <Form.Item
          name={["order", "age_s"]}
          label={t("routing.age")}
          extra={t("routing.age_hint")}
          rules={required}
          hidden={kind !== "index"}
        >
          <InputNumber min={1} max={DAY_S} precision={0} suffix="s" />
        </Form.Item>
        <Form.Item
          name={["order", "off_primary"]}
          label={t("routing.off_primary")}
          extra={t("routing.off_primary_hint")}
          rules={required}
          hidden={kind !== "index"}
        >
          <Weight />
        </Form.Item>
        <Form.Item
          name={["order", "starving_s"]}
          label={t("routing.starving")}
          extra={t("routing.starving_hint")}
          rules={required}
        >
          <InputNumber min={0} max={DAY_S} precision={0} suffix="s" />
        </Form.Item>
        <Form.Item
          name={["order", "late_weight"]}
          label={t("routing.late_weight")}
          extra={t("routing.late_weight_hint")}
          rules={required}
          hidden={kind !== "index"}
        >
          <Weight />
        </Form.Item>
        <Form.Item
          name={["order", "ring_s"]}
          label={t("routing.ring")}
          extra={t("routing.ring_hint")}
          rules={required}
          hidden={kind !== "index"}
        >
          <InputNumber min={0} max={60} precision={0} suffix="s" />
        </Form.Item>
        <Form.Item
          name={["order", "vip_from"]}
          label={t("routing.vip_from")}
          extra={t("routing.vip_hint")}
        >
          <Select options={levels} />
        </Form.Item>
        <Form.Item
          name={["order", "jump_from"]}
          label={t("routing.jump_from")}
          extra={t("routing.jump_hint")}
        >
          <Select allowClear placeholder={t("routing.nobody")} options={levels} />
        </Form.Item>
        <Form.Item
          name={["order", "due_lead_s"]}
          label={t("routing.due_lead")}
          extra={t("routing.due_hint")}
          rules={required}
        >
          <InputNumber min={0} max={DAY_S} precision={0} suffix="s" />
        </Form.Item>
      </div>
    </>
  );
}

/** Interactions that carry a tag weigh more, or less. */
function TagWeights() {
  const { t } = useTranslation();
  const required = useRequired();
  return (
    <Form.Item label={t("routing.tag_weights")} extra={t("routing.tag_weights_hint")}>
      <Form.List name={["order", "tag_weights"]}>
        {(rows, { add, remove }) => (
          <div className="stack" style={{ gap: 8 }}>
            {rows.map((row) => (
              <div key={row.key} className="tag-row">
                <TagFields at={row.name} />
                <Form.Item noStyle name={[row.name, "weight"]} rules={required}>
                  <Weight label={t("routing.weight")} />
                </Form.Item>
                <Remove act={() => remove(row.name)} />
              </div>
            ))}
            <Button icon={<Plus size={14} aria-hidden />} onClick={() => add({ weight: 2 })}>
              {t("routing.add_tag")}
            </Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}

function SharingFields() {
  const { t } = useTranslation();
  const required = useRequired();
  return (
    <>
      <h3 className="form-part">{t("routing.part_sharing")}</h3>
      <p className="muted form-hint">{t("routing.sharing_hint")}</p>
      <div className="halves">
        <Form.Item
          name={["sharing", "keep_idle"]}
          label={t("routing.keep_idle")}
          extra={t("routing.keep_idle_hint")}
          rules={required}
        >
          <InputNumber min={0} max={1000} precision={0} />
        </Form.Item>
        <Form.Item
          name={["sharing", "after_s"]}
          label={t("routing.share_after")}
          extra={t("routing.share_after_hint")}
          rules={required}
        >
          <InputNumber min={0} max={3600} precision={0} suffix="s" />
        </Form.Item>
        <Form.Item
          name={["sharing", "idle_bonus"]}
          label={t("routing.idle_bonus")}
          extra={t("routing.idle_bonus_hint")}
          rules={required}
        >
          <InputNumber min={0} max={100} step={0.5} />
        </Form.Item>
        <Form.Item
          name={["sharing", "flexibility"]}
          label={t("routing.flexibility")}
          extra={t("routing.flexibility_hint")}
          rules={required}
        >
          <InputNumber min={0} max={100} step={0.5} />
        </Form.Item>
        <Form.Item
          name={["sharing", "reserve"]}
          label={t("routing.reserve")}
          extra={t("routing.reserve_hint")}
          rules={required}
        >
          <InputNumber min={0} max={1000} step={5} />
        </Form.Item>
        <Form.Item
          name={["sharing", "helping"]}
          label={t("routing.helping")}
          extra={t("routing.helping_hint")}
          rules={required}
        >
          <InputNumber min={0} max={1000} step={0.5} />
        </Form.Item>
      </div>
    </>
  );
}

function Experts() {
  const { t } = useTranslation();
  const required = useRequired();
  const agents = useAgentChoice();
  return (
    <>
      <h3 className="form-part">{t("routing.part_experts")}</h3>
      <p className="muted form-hint">{t("routing.experts_hint")}</p>
      <Form.List name="experts">
        {(rows, { add, remove }) => (
          <div className="stack" style={{ gap: 8 }}>
            {rows.map((row) => (
              <div key={row.key} className="tag-row">
                <TagFields at={row.name} />
                <Form.Item noStyle name={[row.name, "agent"]} rules={required}>
                  <Select
                    showSearch={{ optionFilterProp: "label" }}
                    options={agents}
                    aria-label={t("routing.expert")}
                    placeholder={t("routing.expert")}
                  />
                </Form.Item>
                <Remove act={() => remove(row.name)} />
              </div>
            ))}
            <Button icon={<Plus size={14} aria-hidden />} onClick={() => add({ tag: "product" })}>
              {t("routing.add_expert")}
            </Button>
          </div>
        )}
      </Form.List>
    </>
  );
}

function TagFields({ at }: { at: number }) {
  const { t } = useTranslation();
  const required = useRequired();
  return (
    <>
      <Form.Item noStyle name={[at, "tag"]} rules={required}>
        <Input maxLength={60} aria-label={t("routing.tag")} placeholder={t("routing.tag")} />
      </Form.Item>
      <Form.Item noStyle name={[at, "value"]} rules={required}>
        <Input maxLength={60} aria-label={t("routing.value")} placeholder={t("routing.value")} />
      </Form.Item>
    </>
  );
}

function Weight(props: { label?: string; value?: number; id?: string }) {
  const { label, ...given } = props;
  return (
    <InputNumber
      min={0.01}
      max={MOST_WEIGHT}
      step={0.5}
      prefix="×"
      {...(label ? { "aria-label": label } : {})}
      {...given}
    />
  );
}
