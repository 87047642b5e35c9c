/** Teams: a tree; whoever stands above sees what is below. */

import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Team, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { Unseen } from "@/ui/parts";
import { FormDialog, ListPage, useRequired, useSave } from "./parts";

export function TeamsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [edited, edit] = useState<Team | "new" | null>(null);
  const query = useTeams();
  const names = new Map(query.data?.items.map(({ id, name }) => [id, name]));
  const writes = may("teams.write");
  const columns: TableColumnsType<Team> = [
    { title: t("users.team"), dataIndex: "name" },
    { title: t("teams.above"), render: (_, { parent_id }) => names.get(parent_id ?? "") ?? "–" },
    {
      title: <Unseen>{t("admin.actions")}</Unseen>,
      align: "right",
      render: (_, team) =>
        writes && (
          <Button size="small" onClick={() => edit(team)}>
            {t("common.edit")}
          </Button>
        ),
    },
  ];
  return (
    <ListPage
      title={t("admin.teams")}
      query={query}
      columns={columns}
      rowKey="id"
      add={writes ? () => edit("new") : undefined}
    >
      {edited && <TeamDialog team={edited === "new" ? null : edited} close={() => edit(null)} />}
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
      saving={save.isPending}
      save={(fields) => save.mutate(fields)}
      close={close}
    >
      <Form.Item name="name" label={t("finder.name")} rules={useRequired()}>
        <Input />
      </Form.Item>
      <Form.Item name="parent_id" label={t("teams.above")}>
        <Select allowClear options={others.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
    </FormDialog>
  );
}
