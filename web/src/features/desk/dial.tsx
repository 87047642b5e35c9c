/** Calling somebody: it comes to me as a callback of mine; an emergency number is dialled at once. */

import { useMutation } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { PhoneOutgoing } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type Me, unwrap } from "@/lib/api";
import { useQueueName } from "@/lib/queues";
import { useSayRefusal } from "@/ui/parts";

type Fields = { phone: string; queue: string };

export function Dial({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const say = useSayRefusal();
  const [form] = Form.useForm<Fields>();
  const own = me.agent?.agent_id ?? null;
  const call = useMutation({
    mutationFn: async (fields: Fields) => {
      if (me.emergency_numbers?.includes(fields.phone.trim()))
        await unwrap(api.POST("/emergency-calls", { body: { number: fields.phone.trim() } }));
      else await unwrap(api.POST("/callbacks", { body: { ...fields, owner_id: own } }));
    },
    onSuccess: () => form.resetFields(["phone"]),
    onError: say,
  });
  const [first] = me.queues;
  if (!first) return null;
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
        <Input
          type="tel"
          maxLength={40}
          aria-label={t("dial.number")}
          placeholder={t("dial.number")}
        />
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
