/** Dispositions on two levels, and the reasons for not being ready. */

import { useQuery } from "@tanstack/react-query";
import { Form, Input, Select, Switch, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Disposition, type Reason, unwrap, type Words } from "@/lib/api";
import { useWords } from "@/lib/i18n";
import { LinesButton } from "./lines";
import { FormDialog, LabelFields, ListPage, useEditing, useRequired, useSave } from "./parts";

export function DispositionsPage() {
  return (
    <>
      <DispositionTable />
      <ReasonTable />
    </>
  );
}

function useDispositions() {
  return useQuery({
    queryKey: ["all-dispositions"],
    queryFn: () => unwrap(api.GET("/dispositions")),
  });
}

function DispositionTable() {
  const { t } = useTranslation();
  const words = useWords();
  const editing = useEditing<Disposition>("dispositions.write");
  const query = useDispositions();
  const labels = new Map(query.data?.items.map(({ id, label }) => [id, words(label)]));
  const columns: TableColumnsType<Disposition> = [
    { title: t("disposition.title"), render: (_, { label }) => words(label) },
    { title: t("codes.code"), dataIndex: "code", className: "mono" },
    { title: t("codes.above"), render: (_, { parent_id }) => labels.get(parent_id ?? "") ?? "–" },
    {
      title: t("users.active"),
      render: (_, { active }) => (active ? t("common.yes") : t("common.no")),
    },
    editing.column,
  ];
  return (
    <ListPage
      title={t("admin.dispositions")}
      query={query}
      columns={columns}
      rowKey="id"
      add={editing.add}
      actions={<LinesButton table="dispositions" stale="all-dispositions" />}
    >
      {editing.dialog((one, close) => (
        <DispositionDialog one={one} close={close} />
      ))}
    </ListPage>
  );
}

type Fields = { code: string; label: Words; parent_id?: string; active: boolean };

function DispositionDialog({ one, close }: { one: Disposition | null; close: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const [form] = Form.useForm<Fields>();
  const parents = (useDispositions().data?.items ?? []).filter(
    ({ parent_id, id }) => !parent_id && id !== one?.id,
  );
  const save = useSave<Fields>(
    "all-dispositions",
    ({ label, active, ...fresh }) =>
      one
        ? unwrap(
            api.PATCH("/dispositions/{id}", {
              params: { path: { id: one.id } },
              body: { label, active },
            }),
          )
        : unwrap(api.POST("/dispositions", { body: { ...fresh, label, active } })),
    close,
  );
  const initial = one
    ? { ...one, ...(one.parent_id ? { parent_id: one.parent_id } : { parent_id: undefined }) }
    : { active: true };
  return (
    <FormDialog
      title={one ? words(one.label) : t("codes.new")}
      form={form}
      initial={initial as Partial<Fields>}
      save={save}
      close={close}
    >
      <CodeFields fixed={one !== null} />
      <Form.Item name="parent_id" label={t("codes.above")}>
        <Select
          allowClear
          disabled={one !== null}
          options={parents.map(({ id, label }) => ({ value: id, label: words(label) }))}
        />
      </Form.Item>
    </FormDialog>
  );
}

function CodeFields({ fixed }: { fixed: boolean }) {
  const { t } = useTranslation();
  const required = useRequired();
  return (
    <>
      <Form.Item name="code" label={t("codes.code")} rules={required}>
        <Input disabled={fixed} />
      </Form.Item>
      <LabelFields name="label" required />
      <Form.Item name="active" label={t("users.active")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

function ReasonTable() {
  const { t } = useTranslation();
  const words = useWords();
  const editing = useEditing<Reason>("dispositions.write");
  const query = useQuery({ queryKey: ["reasons"], queryFn: () => unwrap(api.GET("/reasons")) });
  const columns: TableColumnsType<Reason> = [
    { title: t("codes.reason"), render: (_, { label }) => words(label) },
    { title: t("codes.code"), dataIndex: "code", className: "mono" },
    {
      title: t("users.active"),
      render: (_, { active }) => (active ? t("common.yes") : t("common.no")),
    },
    editing.column,
  ];
  return (
    <ListPage
      title={t("codes.reasons")}
      query={query}
      columns={columns}
      rowKey="code"
      add={editing.add}
    >
      {editing.dialog((one, close) => (
        <ReasonDialog one={one} close={close} />
      ))}
    </ListPage>
  );
}

type ReasonFields = Omit<Reason, "id">;

function ReasonDialog({ one, close }: { one: Reason | null; close: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const [form] = Form.useForm<ReasonFields>();
  const save = useSave<ReasonFields>(
    "reasons",
    ({ code, label, active }) =>
      one
        ? unwrap(
            api.PATCH("/reasons/{reason_id}", {
              params: { path: { reason_id: one.id } },
              body: { label, active },
            }),
          )
        : unwrap(api.POST("/reasons", { body: { code, label, active } })),
    close,
  );
  return (
    <FormDialog
      title={one ? words(one.label) : t("codes.new")}
      form={form}
      initial={one ?? { active: true }}
      save={save}
      close={close}
    >
      <CodeFields fixed={one !== null} />
    </FormDialog>
  );
}
