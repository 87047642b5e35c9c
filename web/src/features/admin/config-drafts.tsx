/** Drafts: changes that gather until they are published in one step. */

import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Table, type TableColumnsType } from "antd";
import { FileDiff, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type ConfigurationDraft, type OpenDraft, unwrap } from "@/lib/api";
import { moment } from "@/lib/time";
import { Await, Blank, Unseen } from "@/ui/parts";
import { TrialView } from "./differences";
import { FormDialog, useRequired, useSave, useWho } from "./parts";
import { WhatIf } from "./what-if";

export function Drafts({ writes }: { writes: boolean }) {
  const { t, i18n } = useTranslation();
  const [opened, open] = useState<string | null>(null);
  const [making, make] = useState(false);
  const who = useWho();
  const query = useQuery({
    queryKey: ["configuration", "drafts"],
    queryFn: () => unwrap(api.GET("/configuration/drafts")),
  });
  const columns: TableColumnsType<ConfigurationDraft> = [
    { title: t("config.draft_name"), dataIndex: "name", className: "strong" },
    { title: t("config.things"), dataIndex: "things", align: "right", className: "num" },
    { title: t("config.by"), render: (_, { made_by }) => who(made_by) },
    { title: t("config.at"), render: (_, one) => moment(one.changed_at, i18n.language) },
    {
      title: <Unseen>{t("admin.actions")}</Unseen>,
      align: "right",
      render: (_, { id }) => (
        <Button size="small" onClick={() => open(id)}>
          {t("config.open")}
        </Button>
      ),
    },
  ];
  return (
    <div className="stack">
      {writes && (
        <span className="row between">
          <span className="muted">{t("config.draft_hint")}</span>
          <Button icon={<Plus size={14} aria-hidden />} onClick={() => make(true)}>
            {t("config.new_draft")}
          </Button>
        </span>
      )}
      <Table<ConfigurationDraft>
        className="panel"
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={query.data?.items ?? []}
        loading={query.isPending}
        pagination={false}
        locale={{ emptyText: <Blank icon={FileDiff} title={t("admin.empty")} /> }}
      />
      {making && <NewDraft close={() => make(false)} />}
      {opened && <DraftView id={opened} writes={writes} close={() => open(null)} />}
    </div>
  );
}

function NewDraft({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ name: string }>();
  const save = useSave<{ name: string }>(
    "configuration",
    (body) => unwrap(api.POST("/configuration/drafts", { body })),
    close,
  );
  return (
    <FormDialog title={t("config.new_draft")} form={form} initial={{}} save={save} close={close}>
      <Form.Item name="name" label={t("config.draft_name")} rules={useRequired()}>
        <Input maxLength={60} />
      </Form.Item>
    </FormDialog>
  );
}

function DraftView({ id, writes, close }: { id: string; writes: boolean; close: () => void }) {
  const { t } = useTranslation();
  const [note, setNote] = useState("");
  const path = { draft_id: id };
  const query = useQuery({
    queryKey: ["configuration", "draft", id],
    queryFn: () => unwrap(api.GET("/configuration/drafts/{draft_id}", { params: { path } })),
  });
  const header = { "If-Match": `"${query.data?.version ?? 0}"` };
  const overwrite = (query.data?.stale.length ?? 0) > 0;
  const publish = useSave(
    "configuration",
    () =>
      unwrap(
        api.POST("/configuration/drafts/{draft_id}/publish", {
          params: { path, header },
          body: { note, overwrite },
        }),
      ),
    close,
  );
  const drop = useSave(
    "configuration",
    () => unwrap(api.DELETE("/configuration/drafts/{draft_id}", { params: { path } })),
    close,
  );
  const leaveOut = useSave<{ kind: string; name: string }>("configuration", (thing) =>
    unwrap(
      api.DELETE("/configuration/drafts/{draft_id}/things/{kind}/{name}", {
        params: { path: { ...path, ...thing }, header },
      }),
    ),
  );
  const trial = query.data?.trial;
  const possible = trial && !trial.problems.length && trial.changes.length > 0;
  return (
    <Modal
      open
      width={860}
      title={query.data?.name}
      onCancel={close}
      footer={
        writes && [
          <Button key="drop" danger loading={drop.isPending} onClick={() => drop.mutate(undefined)}>
            {t("config.drop_draft")}
          </Button>,
          <Button
            key="publish"
            type="primary"
            disabled={!possible}
            loading={publish.isPending}
            onClick={() => publish.mutate(undefined)}
          >
            {overwrite ? t("config.publish_over") : t("config.publish")}
          </Button>,
        ]
      }
    >
      <Await query={query}>
        {(draft) => (
          <div className="stack">
            <Stale draft={draft} />
            <TrialView
              trial={draft.trial}
              leaveOut={writes ? ({ kind, name }) => leaveOut.mutate({ kind, name }) : undefined}
            />
            {possible && <WhatIf draft={id} />}
            {writes && (
              <Input
                maxLength={500}
                value={note}
                onChange={(event) => setNote(event.target.value)}
                placeholder={t("config.note")}
                aria-label={t("config.note")}
              />
            )}
          </div>
        )}
      </Await>
    </Modal>
  );
}

function Stale({ draft }: { draft: OpenDraft }) {
  const { t } = useTranslation();
  if (draft.stale.length === 0) return null;
  const names = draft.stale.map(({ name }) => name).join(", ");
  return <Alert type="warning" showIcon title={t("config.stale", { names })} />;
}
