/** Step 6: the first queue and who serves it. */

import { useQuery } from "@tanstack/react-query";
import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { FIRST_QUEUE, StepForm, useRequired } from "./parts";
import type { StepProps } from "./walk";

type Fields = { name: string; agents: string[] };

export function QueueStep({ done }: StepProps) {
  const { t } = useTranslation();
  const required = useRequired();
  const agents = useQuery({ queryKey: ["agents"], queryFn: () => unwrap(api.GET("/agents")) });
  const queues = useQuery({ queryKey: ["queues"], queryFn: () => unwrap(api.GET("/queues")) });
  const save = ({ name, agents: chosen }: Fields) => {
    const known = queues.data?.items.find((queue) => queue.name === name);
    if (!known) return unwrap(api.POST("/queues", { body: { name, agents: chosen } }));
    return unwrap(
      api.PATCH("/queues/{id}", { params: { path: { id: known.id } }, body: { agents: chosen } }),
    );
  };
  return (
    <StepForm<Fields> initial={{ name: FIRST_QUEUE }} changes={["queues"]} done={done} save={save}>
      <Form.Item name="name" label={t("queue.name")} rules={required}>
        <Input />
      </Form.Item>
      <Form.Item name="agents" label={t("queue.agents")} rules={required}>
        <Select
          mode="multiple"
          optionFilterProp="label"
          options={(agents.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
    </StepForm>
  );
}
