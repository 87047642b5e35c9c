/** Step 3: the number that customers dial, and where it leads. */

import { useQuery } from "@tanstack/react-query";
import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { FIRST_QUEUE, StepForm, useRequired } from "./parts";
import type { StepProps } from "./walk";

/** The target of a tenant that has no queue yet: the queue step then says who serves it. */
const NEW = "new";

type Fields = { number: string; target: string; language: string };

export function NumberStep({ done }: StepProps) {
  const { t } = useTranslation();
  const required = useRequired();
  const targets = useTargets();
  return (
    <StepForm<Fields>
      initial={{ language: "zh" }}
      changes={["numbers", "queues"]}
      done={done}
      save={async ({ number, target, language }) => {
        const [kind, id = null] =
          target === NEW ? ["queue", await firstQueue()] : target.split(":");
        const leads = {
          flow_id: kind === "flow" ? id : null,
          queue_id: kind === "queue" ? id : null,
        };
        return unwrap(api.POST("/numbers", { body: { number, language, ...leads } }));
      }}
    >
      <Form.Item name="number" label={t("numbers.number")} rules={required}>
        <Input inputMode="tel" placeholder="4001234567" />
      </Form.Item>
      <Form.Item
        name="target"
        label={t("numbers.leads_to")}
        rules={required}
        extra={t("setup.target_hint")}
      >
        <Select options={targets} />
      </Form.Item>
      <Form.Item name="language" label={t("menu.language")}>
        <Select
          options={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
      </Form.Item>
    </StepForm>
  );
}

const firstQueue = async () =>
  (await unwrap(api.POST("/queues", { body: { name: FIRST_QUEUE } }))).id;

function useTargets() {
  const { t } = useTranslation();
  const flows = useQuery({ queryKey: ["flows"], queryFn: () => unwrap(api.GET("/flows")) });
  const queues = useQuery({ queryKey: ["queues"], queryFn: () => unwrap(api.GET("/queues")) });
  const known = queues.data?.items.map(({ id, name }) => ({ value: `queue:${id}`, label: name }));
  const made = { value: NEW, label: t("setup.first_queue", { name: FIRST_QUEUE }) };
  return [
    { label: t("queues.queue"), options: known?.length === 0 ? [made] : (known ?? []) },
    {
      label: t("numbers.flow"),
      options: (flows.data?.items ?? []).map(({ id, name }) => ({
        value: `flow:${id}`,
        label: name,
      })),
    },
  ];
}
