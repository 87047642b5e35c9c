/**
 * Calling somebody: a colleague at once, by name or extension; an emergency number at once, too;
 * anybody else comes to me as a callback of mine.
 */

import { useMutation } from "@tanstack/react-query";
import { Button, Form, Select } from "antd";
import { PhoneOutgoing } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Me, unwrap } from "@/lib/api";
import { useQueueName } from "@/lib/queues";
import { useSayRefusal } from "@/ui/parts";
import { ColleagueField } from "./colleague-field";
import type { Colleague } from "./targets";

type Fields = { phone: string; queue: string };

/** Who is not ready calls colleagues alone: a callback would not come to them. */
export function Dial({ me, outside }: { me: Me; outside: boolean }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const say = useSayRefusal();
  const [form] = Form.useForm<Fields>();
  const own = me.agent?.agent_id ?? null;
  const call = useMutation({
    mutationFn: async (fields: Fields) => {
      if (me.emergency_numbers?.includes(fields.phone.trim()))
        await unwrap(api.POST("/emergency-calls", { body: { number: fields.phone.trim() } }));
      else {
        const body = { ...fields, owner_id: own, requested: false };
        await unwrap(api.POST("/callbacks", { body }));
      }
    },
    onSuccess: () => form.resetFields(["phone"]),
    onError: say,
  });
  const inside = useMutation({
    mutationFn: ({ id }: Colleague) => unwrap(api.POST("/internal-calls", { body: { to: id } })),
    onError: say,
  });
  const [first] = me.queues;
  if (!outside || !first)
    return (
      <search className="dial">
        <ColleagueBox call={inside.mutate} />
      </search>
    );
  return (
    <Form
      form={form}
      layout="inline"
      className="dial"
      aria-label={t("dial.title")}
      initialValues={{ queue: first.id }}
      onFinish={(fields) => call.mutate(fields)}
    >
      <Form.Item name="phone" rules={[{ required: true, min: 3, message: "" }]}>
        <ColleagueField name={t("dial.whom")} call={inside.mutate} />
      </Form.Item>
      <Form.Item name="queue">
        <Select
          aria-label={t("dial.queue")}
          options={me.queues.map(({ id, name }) => ({ value: id, label: queueName(name) }))}
        />
      </Form.Item>
      <Button
        htmlType="submit"
        loading={call.isPending}
        icon={<PhoneOutgoing size={14} aria-hidden />}
      >
        {t("dial.call")}
      </Button>
      {call.isSuccess && (
        <p role="status" className="muted">
          {t("dial.comes")}
        </p>
      )}
    </Form>
  );
}

function ColleagueBox({ call }: { call: (colleague: Colleague) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  return (
    <ColleagueField name={t("dial.colleague")} value={typed} onChange={setTyped} call={call} />
  );
}
