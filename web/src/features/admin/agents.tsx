/** Agents: which queues they serve, what they can, and the secret of their desk phone. */

import { useMutation, useQuery } from "@tanstack/react-query";
import {
  Button,
  Dropdown,
  Form,
  Input,
  InputNumber,
  Modal,
  Select,
  type TableColumnsType,
} from "antd";
import { Ellipsis, KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Agent, api, unwrap } from "@/lib/api";
import { useQueueName, useQueueOptions } from "@/lib/queues";
import { useMay } from "@/lib/session";
import { Chip, CopyText, useSayRefusal } from "@/ui/parts";
import {
  AbilityChips,
  type AbilityFields,
  AbilityInputs,
  abilitiesOf,
  abilityFields,
} from "./agent-abilities";
import { AgentVerb, type Verb } from "./agent-verbs";
import { FormDialog, ListPage, useEditing, useSave } from "./parts";
import { MAILBOX } from "./queue-overflow";

export function AgentsPage() {
  const { t } = useTranslation();
  const [phone, showPhone] = useState<Agent | null>(null);
  const query = useQuery({ queryKey: ["agents"], queryFn: () => unwrap(api.GET("/agents")) });
  const queueName = useQueueName();
  const may = useMay();
  const writes = may("agents.write");
  const verbs: Verb[] = may("users.write") ? ["move", "copy", "leave"] : ["move"];
  const [acting, act] = useState<{ verb: Verb; agent: Agent } | null>(null);
  const editing = useEditing<Agent>(
    "agents.write",
    (agent) =>
      writes && (
        <>
          <Dropdown
            trigger={["click"]}
            menu={{
              items: verbs.map((verb) => ({ key: verb, label: t(`agents.${verb}`) })),
              onClick: ({ key }) => act({ verb: key as Verb, agent }),
            }}
          >
            <Button
              size="small"
              icon={<Ellipsis size={13} aria-hidden />}
              aria-label={t("agents.more", { name: agent.name })}
            />
          </Dropdown>
          <Button
            size="small"
            icon={<KeyRound size={13} aria-hidden />}
            onClick={() => showPhone(agent)}
          >
            {t("phone.sip")}
          </Button>
        </>
      ),
  );
  const columns: TableColumnsType<Agent> = [
    { title: t("users.name"), dataIndex: "name" },
    { title: t("login.username"), dataIndex: "username" },
    { title: t("agents.state"), render: (_, { state }) => t(`state.${state}`) },
    {
      title: t("admin.queues"),
      render: (_, { queues }) => (
        <span className="row wrap">
          {queues.map((id) => (
            <Chip key={id}>{queueName(id)}</Chip>
          ))}
        </span>
      ),
    },
    { title: t("agents.can"), render: (_, agent) => <AbilityChips agent={agent} /> },
    editing.column,
  ];
  return (
    <ListPage title={t("admin.agents")} query={query} columns={columns} rowKey="id">
      {editing.dialog((agent, close) => agent && <AgentDialog agent={agent} close={close} />)}
      {acting && <AgentVerb {...acting} agents={query.data?.items ?? []} close={() => act(null)} />}
      {phone && <PhoneSecret agent={phone} close={() => showPhone(null)} />}
    </ListPage>
  );
}

type Fields = AbilityFields & {
  queues: string[];
  skills: { skill: string; level: number }[];
  extension?: string;
  location: string;
  voicemail_mailbox?: string | null;
};

function AgentDialog({ agent, close }: { agent: Agent; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const queues = useQueueOptions();
  const save = useSave<Fields>(
    "agents",
    ({ queues: ids, skills, extension, location, voicemail_mailbox, ...able }) => {
      const body = {
        ...abilitiesOf(able),
        queues: ids,
        skills: Object.fromEntries(skills.map(({ skill, level }) => [skill, level])),
        extension: extension || null,
        location: location ?? "",
        voicemail_mailbox: voicemail_mailbox || null,
      };
      return unwrap(api.PATCH("/agents/{id}", { params: { path: { id: agent.id } }, body }));
    },
    close,
  );
  const skills = Object.entries(agent.skills).map(([skill, level]) => ({ skill, level }));
  const initial = {
    ...abilityFields(agent),
    queues: agent.queues,
    skills,
    ...(agent.extension ? { extension: agent.extension } : {}),
    location: agent.location,
    voicemail_mailbox: agent.voicemail_mailbox,
  };
  return (
    <FormDialog title={agent.name} form={form} initial={initial} save={save} close={close}>
      <Form.Item name="queues" label={t("admin.queues")}>
        <Select mode="multiple" optionFilterProp="label" options={queues} />
      </Form.Item>
      <Form.Item label={t("agents.skills")}>
        <Form.List name="skills">
          {(rows, { add, remove }) => (
            <div className="stack" style={{ gap: 8 }}>
              {rows.map((row) => (
                <div key={row.key} className="row">
                  <Form.Item
                    noStyle
                    name={[row.name, "skill"]}
                    rules={[{ required: true, message: t("common.required") }]}
                  >
                    <Input aria-label={t("agents.skill")} />
                  </Form.Item>
                  <Form.Item noStyle name={[row.name, "level"]}>
                    <InputNumber min={1} max={5} aria-label={t("agents.level")} />
                  </Form.Item>
                  <Button
                    type="text"
                    aria-label={t("common.delete")}
                    icon={<Trash2 size={14} aria-hidden />}
                    onClick={() => remove(row.name)}
                  />
                </div>
              ))}
              <Button icon={<Plus size={14} aria-hidden />} onClick={() => add({ level: 3 })}>
                {t("agents.add_skill")}
              </Button>
            </div>
          )}
        </Form.List>
      </Form.Item>
      <Form.Item name="extension" label={t("agents.extension")}>
        <Input />
      </Form.Item>
      <Form.Item name="location" label={t("agents.location")} extra={t("agents.location_hint")}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item
        name="voicemail_mailbox"
        label={t("agents.voicemail_mailbox")}
        normalize={(typed: string) => typed.trim() || null}
        rules={[{ pattern: MAILBOX, message: t("queue.mailbox_wrong") }]}
      >
        <Input type="email" maxLength={254} />
      </Form.Item>
      <AbilityInputs team={agent.team} />
    </FormDialog>
  );
}

/** A new secret ends the old one and is shown this once. */
function PhoneSecret({ agent, close }: { agent: Agent; close: () => void }) {
  const { t } = useTranslation();
  const say = useSayRefusal();
  const make = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/agents/{id}/device-secret", { params: { path: { id: agent.id } } })),
    onError: say,
  });
  return (
    <Modal
      open
      title={t("agents.phone_of", { name: agent.name })}
      onCancel={close}
      onOk={() => (make.data ? close() : make.mutate())}
      okText={make.data ? t("common.close") : t("agents.make_secret")}
      confirmLoading={make.isPending}
    >
      {make.data ? (
        <dl className="facts secret">
          <dt>{t("agents.account")}</dt>
          <dd className="mono">
            <CopyText text={make.data.account} />
          </dd>
          <dt>{t("agents.realm")}</dt>
          <dd className="mono">{make.data.realm}</dd>
          <dt>{t("agents.secret")}</dt>
          <dd className="mono">
            <CopyText text={make.data.secret} />
          </dd>
        </dl>
      ) : (
        <p>{t("agents.secret_hint")}</p>
      )}
    </Modal>
  );
}
