/** What the admin pages share: a table with its states, a form in a dialog, one way to save. */

import { type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, type FormInstance, Input, Modal, type TableColumnsType } from "antd";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { PageHead, Unseen, useSayRefusal } from "@/ui/parts";
import { Rows } from "@/ui/rows";

export function ListPage<Row extends object>(props: {
  title: string;
  query: UseQueryResult<{ items: Row[] }>;
  columns: TableColumnsType<Row>;
  rowKey: keyof Row & string;
  add?: (() => void) | undefined;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { query } = props;
  return (
    <>
      <PageHead title={props.title}>
        {props.actions}
        {props.add && (
          <Button type="primary" icon={<Plus size={14} aria-hidden />} onClick={props.add}>
            {t("common.add")}
          </Button>
        )}
      </PageHead>
      <Rows
        rows={query.data?.items ?? []}
        query={query}
        columns={props.columns}
        rowKey={props.rowKey}
      />
      {props.children}
    </>
  );
}

/** What can be done to a row, at its end. */
export function useActions<Row>(actions: (row: Row) => ReactNode): TableColumnsType<Row>[number] {
  const { t } = useTranslation();
  return {
    key: "actions",
    title: <Unseen>{t("admin.actions")}</Unseen>,
    align: "right",
    fixed: "end",
    render: (_: unknown, row: Row) => (
      <span className="row" style={{ justifyContent: "flex-end" }}>
        {actions(row)}
      </span>
    ),
  };
}

/**
 * Who holds `permission` adds rows and edits them. `more` stands before the edit button, for
 * everybody; `dialog` shows the form of the row that is edited, or null for a new one.
 */
export function useEditing<Row>(permission: string, more?: (row: Row) => ReactNode) {
  const { t } = useTranslation();
  const writes = useMay()(permission);
  const [edited, edit] = useState<Row | "new" | null>(null);
  const column = useActions<Row>((row) => (
    <>
      {more?.(row)}
      {writes && (
        <Button size="small" onClick={() => edit(row)}>
          {t("common.edit")}
        </Button>
      )}
    </>
  ));
  const close = () => edit(null);
  return {
    column,
    add: writes ? () => edit("new") : undefined,
    dialog: (show: (row: Row | null, close: () => void) => ReactNode) =>
      edited && show(edited === "new" ? null : edited, close),
  };
}

/** Saves, tells the lists, closes; a refusal is said and the form stays. */
export function useSave<Fields>(
  key: string,
  save: (fields: Fields) => Promise<unknown>,
  done?: () => void,
) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: save,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: [key] });
      void message.success(t("common.saved"));
      done?.();
    },
    onError: say,
  });
}

/** A form in a dialog. antd types a form's fields by its instance, so it is made outside. */
export function FormDialog<Fields extends object>(props: {
  title: string;
  form: FormInstance<Fields>;
  initial: Partial<Fields>;
  save: { isPending: boolean; mutate: (fields: Fields) => void };
  close: () => void;
  ok?: string;
  danger?: boolean;
  width?: number;
  /** Stands at the left of the buttons. */
  extra?: ReactNode;
  /** What stands beside the fields; it may watch them. */
  aside?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={props.title}
      onCancel={props.close}
      onOk={() => props.form.submit()}
      confirmLoading={props.save.isPending}
      okText={props.ok ?? t("common.save")}
      okButtonProps={{ danger: props.danger ?? false }}
      {...(props.width ? { width: props.width } : {})}
      footer={(buttons) =>
        props.extra ? (
          <div className="row between">
            {props.extra}
            <span className="row">{buttons}</span>
          </div>
        ) : (
          buttons
        )
      }
    >
      <Form<Fields>
        form={props.form}
        layout="vertical"
        requiredMark={false}
        initialValues={props.initial}
        onFinish={(fields) => props.save.mutate(fields)}
      >
        {props.aside ? (
          <div className="form-and-aside">
            <div>{props.children}</div>
            {props.aside}
          </div>
        ) : (
          props.children
        )}
      </Form>
    </Modal>
  );
}

/** A name in both languages, below `name` of the form. */
export function LabelFields({ name, required }: { name: string; required?: boolean }) {
  const { t } = useTranslation();
  const rules = useRequired();
  return (
    <div className="halves">
      {(["zh", "en"] as const).map((language) => (
        <Form.Item
          key={language}
          name={[name, language]}
          label={t(`queue.display_${language}`)}
          rules={required ? rules : []}
        >
          <Input />
        </Form.Item>
      ))}
    </div>
  );
}

export function useRequired() {
  const { t } = useTranslation();
  return [{ required: true, message: t("common.required") }];
}

/** Names for ids, where the reader may see users. */
export function useWho(): (id: string) => string {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["users"],
    queryFn: () => unwrap(api.GET("/users", { params: { query: { limit: 200 } } })),
    enabled: may("users.read"),
  });
  const names = new Map(data?.items.map(({ id, display_name }) => [id, display_name]));
  return (id) => names.get(id) ?? id;
}
