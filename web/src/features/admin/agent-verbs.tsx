/** What is done to agents beyond their fields: moved between queues, copied, seen off. */

import { Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Agent, api, unwrap } from "@/lib/api";
import { useQueueOptions } from "@/lib/queues";
import { CopyText } from "@/ui/parts";
import { FormDialog, useRequired, useSave } from "./parts";

export type Verb = "move" | "copy" | "leave";

export function AgentVerb(props: { verb: Verb; agent: Agent; agents: Agent[]; close: () => void }) {
  if (props.verb === "move") return <MoveDialog {...props} />;
  if (props.verb === "copy") return <CopyDialog {...props} />;
  return <LeaveDialog {...props} />;
}

type Props = { agent: Agent; agents: Agent[]; close: () => void };
type Move = { agents: string[]; from_queue?: string | null; to_queue?: string | null };

function MoveDialog({ agent, agents, close }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Move>();
  const queues = useQueueOptions();
  const save = useSave<Move>(
    "agents",
    ({ agents: moved, from_queue = null, to_queue = null }) =>
      unwrap(api.POST("/agents/moves", { body: { agents: moved, from_queue, to_queue } })),
    close,
  );
  return (
    <FormDialog
      title={t("agents.move")}
      form={form}
      initial={{ agents: [agent.id] }}
      save={save}
      close={close}
      ok={t("agents.move")}
    >
      <Form.Item name="agents" label={t("admin.agents")} rules={useRequired()}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: "label" }}
          options={agents.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <div className="halves">
        <Form.Item name="from_queue" label={t("agents.from_queue")}>
          <Select allowClear options={queues} />
        </Form.Item>
        <Form.Item name="to_queue" label={t("agents.to_queue")}>
          <Select allowClear options={queues} />
        </Form.Item>
      </div>
    </FormDialog>
  );
}

type Copy = { username: string; display_name: string };

function CopyDialog({ agent, close }: Props) {
  const { t } = useTranslation();
  const required = useRequired();
  const [form] = Form.useForm<Copy>();
  const [password, setPassword] = useState<string | null>(null);
  const save = useSave<Copy>("agents", async (body) => {
    const params = { path: { id: agent.id } };
    const made = await unwrap(api.POST("/agents/{id}/copy", { params, body }));
    setPassword(made.initial_password);
  });
  if (password)
    return (
      <Modal
        open
        title={t("agents.copy")}
        onCancel={close}
        onOk={close}
        footer={(_, { OkBtn }) => <OkBtn />}
      >
        <p>{t("users.first_password")}</p>
        <p className="secret mono">
          <CopyText text={password} />
        </p>
      </Modal>
    );
  return (
    <FormDialog
      title={t("agents.copy_of", { name: agent.name })}
      form={form}
      initial={{}}
      save={save}
      close={close}
      ok={t("agents.copy")}
    >
      <p className="muted form-hint">{t("agents.copy_hint")}</p>
      <Form.Item name="username" label={t("login.username")} rules={required}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="display_name" label={t("users.name")} rules={required}>
        <Input />
      </Form.Item>
    </FormDialog>
  );
}

type Leave = { hand_over_to?: string | null };

function LeaveDialog({ agent, agents, close }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Leave>();
  const save = useSave<Leave>(
    "agents",
    ({ hand_over_to = null }) =>
      unwrap(
        api.POST("/agents/{id}/leave", {
          params: { path: { id: agent.id } },
          body: { hand_over_to },
        }),
      ),
    close,
  );
  const heirs = agents.filter(({ id }) => id !== agent.id);
  return (
    <FormDialog
      title={t("agents.leave_of", { name: agent.name })}
      form={form}
      initial={{}}
      save={save}
      close={close}
      ok={t("agents.leave")}
      danger
    >
      <p className="muted form-hint">{t("agents.leave_hint")}</p>
      <Form.Item name="hand_over_to" label={t("agents.hand_over_to")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          options={heirs.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
    </FormDialog>
  );
}
