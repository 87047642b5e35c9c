/** Named sets of skills that agents hold until a date; after it they are gone by themselves. */

import { useQuery } from "@tanstack/react-query";
import {
  Button,
  DatePicker,
  Form,
  Input,
  InputNumber,
  Popconfirm,
  Select,
  Table,
  type TableColumnsType,
} from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { CalendarClock, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Agent, api, type SkillSet, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { Blank, Panel, Unseen } from "@/ui/parts";
import { FormDialog, useRequired, useSave } from "./parts";
import { Remove } from "./queue-who";

const KEYS = ["skill-sets"] as const;

export function SkillSets({ agents }: { agents: Agent[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const [edited, edit] = useState<SkillSet | "new" | null>(null);
  const [given, give] = useState<SkillSet | null>(null);
  const query = useQuery({ queryKey: KEYS, queryFn: () => unwrap(api.GET("/skill-sets")) });
  const makes = may("configuration.write");
  const gives = may("agents.write");
  const columns: TableColumnsType<SkillSet> = [
    { title: t("skill_sets.name"), dataIndex: "name", className: "strong" },
    { title: t("agents.skills"), render: (_, { skills }) => levels(skills) },
    {
      title: t("skill_sets.holders"),
      render: (_, one) => <Holders one={one} agents={agents} gives={gives} />,
    },
    {
      key: "actions",
      title: <Unseen>{t("admin.actions")}</Unseen>,
      align: "right",
      render: (_, one) => (
        <span className="row" style={{ justifyContent: "flex-end" }}>
          {gives && (
            <Button size="small" onClick={() => give(one)}>
              {t("skill_sets.give")}
            </Button>
          )}
          {makes && (
            <Button size="small" onClick={() => edit(one)}>
              {t("common.edit")}
            </Button>
          )}
          {makes && <Drop one={one} />}
        </span>
      ),
    },
  ];
  return (
    <Panel
      flush
      title={t("skill_sets.title")}
      actions={
        makes && (
          <Button size="small" icon={<Plus size={14} aria-hidden />} onClick={() => edit("new")}>
            {t("common.add")}
          </Button>
        )
      }
    >
      <Table<SkillSet>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={query.data?.items ?? []}
        loading={query.isPending}
        pagination={false}
        scroll={{ x: true }}
        locale={{
          emptyText: (
            <Blank
              icon={CalendarClock}
              title={query.isError ? t("common.failed") : t("skill_sets.empty")}
            >
              {!query.isError && t("skill_sets.hint")}
            </Blank>
          ),
        }}
      />
      {edited && <SetDialog one={edited === "new" ? null : edited} close={() => edit(null)} />}
      {given && <GiveDialog one={given} agents={agents} close={() => give(null)} />}
    </Panel>
  );
}

const levels = (skills: Record<string, number>) =>
  Object.entries(skills)
    .map(([skill, level]) => `${skill} ${level}`)
    .join(", ");

function Holders({ one, agents, gives }: { one: SkillSet; agents: Agent[]; gives: boolean }) {
  const { t, i18n } = useTranslation();
  const names = new Map(agents.map(({ id, name }) => [id, name]));
  const take = useSave<string>("skill-sets", (agent_id) =>
    unwrap(
      api.DELETE("/skill-sets/{skill_set}/holders/{agent_id}", {
        params: { path: { skill_set: one.id, agent_id } },
      }),
    ),
  );
  if (one.holders.length === 0) return <span className="muted">{t("common.none")}</span>;
  return (
    <span className="row wrap" style={{ gap: 4 }}>
      {one.holders.map(({ agent_id, until }) => {
        const name = names.get(agent_id) ?? agent_id;
        return (
          <span key={agent_id} className="chip accent">
            {t("skill_sets.until", { name, at: moment(until, i18n.language) })}
            {gives && (
              <button
                type="button"
                className="plain"
                aria-label={t("skill_sets.take", { name })}
                onClick={() => take.mutate(agent_id)}
              >
                <X size={12} aria-hidden />
              </button>
            )}
          </span>
        );
      })}
    </span>
  );
}

function Drop({ one }: { one: SkillSet }) {
  const { t } = useTranslation();
  const params = { path: { skill_set: one.id } };
  const drop = useSave("skill-sets", () =>
    unwrap(api.DELETE("/skill-sets/{skill_set}", { params })),
  );
  return (
    <Popconfirm title={t("skill_sets.drop")} onConfirm={() => drop.mutate(undefined)}>
      <Button size="small" danger loading={drop.isPending}>
        {t("common.delete")}
      </Button>
    </Popconfirm>
  );
}

type SetFields = { name: string; skills: { skill: string; level: number }[] };

function SetDialog({ one, close }: { one: SkillSet | null; close: () => void }) {
  const { t } = useTranslation();
  const required = useRequired();
  const [form] = Form.useForm<SetFields>();
  const save = useSave<SetFields>(
    "skill-sets",
    ({ name, skills }) => {
      const body = { name, skills: Object.fromEntries(skills.map((s) => [s.skill, s.level])) };
      if (!one) return unwrap(api.POST("/skill-sets", { body }));
      const header = { "If-Match": `"${one.version}"` };
      const params = { path: { skill_set: one.id }, header };
      return unwrap(api.PATCH("/skill-sets/{skill_set}", { params, body }));
    },
    close,
  );
  const known = Object.entries(one?.skills ?? { "": 3 });
  const initial = {
    name: one?.name ?? "",
    skills: known.map(([skill, level]) => ({ skill, level })),
  };
  return (
    <FormDialog
      title={one?.name ?? t("skill_sets.new")}
      form={form}
      initial={initial}
      save={save}
      close={close}
    >
      <Form.Item name="name" label={t("skill_sets.name")} rules={required}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.List name="skills">
        {(rows, { add, remove }) => (
          <div className="stack" style={{ gap: 8 }}>
            {rows.map((row) => (
              <div key={row.key} className="step-row">
                <Form.Item noStyle name={[row.name, "level"]} rules={required}>
                  <InputNumber min={1} max={5} aria-label={t("agents.level")} />
                </Form.Item>
                <Form.Item noStyle name={[row.name, "skill"]} rules={required}>
                  <Input maxLength={60} aria-label={t("agents.skill")} />
                </Form.Item>
                <Remove act={() => remove(row.name)} />
              </div>
            ))}
            <Button icon={<Plus size={14} aria-hidden />} onClick={() => add({ level: 3 })}>
              {t("agents.add_skill")}
            </Button>
          </div>
        )}
      </Form.List>
    </FormDialog>
  );
}

type GiveFields = { agents: string[]; until: Dayjs };

function GiveDialog(props: { one: SkillSet; agents: Agent[]; close: () => void }) {
  const { t } = useTranslation();
  const required = useRequired();
  const [form] = Form.useForm<GiveFields>();
  const { one } = props;
  const save = useSave<GiveFields>(
    "skill-sets",
    async ({ agents, until }) => {
      for (const agent_id of agents)
        await unwrap(
          api.PUT("/skill-sets/{skill_set}/holders/{agent_id}", {
            params: { path: { skill_set: one.id, agent_id } },
            body: { until: until.toISOString() },
          }),
        );
    },
    props.close,
  );
  return (
    <FormDialog
      title={t("skill_sets.give_title", { name: one.name })}
      form={form}
      initial={{ until: dayjs().add(7, "day").endOf("day") }}
      save={save}
      close={props.close}
      ok={t("skill_sets.give")}
    >
      <Form.Item name="agents" label={t("queue.agents")} rules={required}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: "label" }}
          options={props.agents.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item name="until" label={t("skill_sets.until_label")} rules={required}>
        <DatePicker
          showTime={{ format: "HH:mm" }}
          format="YYYY-MM-DD HH:mm"
          minDate={dayjs()}
          needConfirm={false}
        />
      </Form.Item>
    </FormDialog>
  );
}
