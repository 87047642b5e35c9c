/** Teams: a tree; whoever stands above sees what is below. */

import { useQuery } from "@tanstack/react-query";
import { Form, Input, Select, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Team, unwrap } from "@/lib/api";
import { FormDialog, ListPage, useEditing, useRequired, useSave } from "./parts";

export function TeamsPage() {
  const { t } = useTranslation();
  const editing = useEditing<Team>("teams.write");
  const query = useTeams();
  const names = new Map(query.data?.items.map(({ id, name }) => [id, name]));
  const columns: TableColumnsType<Team> = [
    { title: t("users.team"), dataIndex: "name" },
    { title: t("teams.above"), render: (_, { parent_id }) => names.get(parent_id ?? "") ?? "–" },
    editing.column,
  ];
  return (
    <ListPage
      title={t("admin.teams")}
      query={query}
      columns={columns}
      rowKey="id"
      add={editing.add}
    >
      {editing.dialog((team, close) => (
        <TeamDialog team={team} close={close} />
      ))}
    </ListPage>
  );
}

function useTeams() {
  return useQuery({ queryKey: ["teams"], queryFn: () => unwrap(api.GET("/teams")) });
}

type Fields = { name: string; parent_id?: string | null };

function TeamDialog({ team, close }: { team: Team | null; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const teams = useTeams();
  const save = useSave<Fields>(
    "teams",
    ({ name, parent_id = null }) => {
      const body = { name, parent_id };
      if (!team) return unwrap(api.POST("/teams", { body }));
      return unwrap(
        api.PATCH("/teams/{team_id}", { params: { path: { team_id: team.id } }, body }),
      );
    },
    close,
  );
  const others = (teams.data?.items ?? []).filter(({ id }) => id !== team?.id);
  return (
    <FormDialog
      title={team?.name ?? t("teams.new")}
      form={form}
      initial={team ?? {}}
      save={save}
      close={close}
    >
      <Form.Item name="name" label={t("common.name")} rules={useRequired()}>
        <Input />
      </Form.Item>
      <Form.Item name="parent_id" label={t("teams.above")}>
        <Select allowClear options={others.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
    </FormDialog>
  );
}
