/** What the admin pages share: a table with its states, a form in a dialog, one way to save. */

import { type UseQueryResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, type FormInstance, Modal, Table, type TableColumnsType } from "antd";
import { Inbox, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Blank, Failed, PageHead, useSayRefusal } from "@/ui/parts";

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
      {query.error && !query.data ? (
        <Failed error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Table<Row>
          className="panel"
          size="small"
          rowKey={props.rowKey}
          columns={props.columns}
          dataSource={query.data?.items ?? []}
          loading={query.isPending}
          pagination={false}
          scroll={{ x: "max-content" }}
          locale={{ emptyText: <Blank icon={Inbox} title={t("admin.empty")} /> }}
        />
      )}
      {props.children}
    </>
  );
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
  saving: boolean;
  save: (fields: Fields) => void;
  close: () => void;
  ok?: string;
  danger?: boolean;
  width?: number;
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
      confirmLoading={props.saving}
      okText={props.ok ?? t("common.save")}
      okButtonProps={{ danger: props.danger ?? false }}
      {...(props.width ? { width: props.width } : {})}
    >
      <Form<Fields>
        form={props.form}
        layout="vertical"
        requiredMark={false}
        initialValues={props.initial}
        onFinish={props.save}
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

export function useRequired() {
  const { t } = useTranslation();
  return [{ required: true, message: t("common.required") }];
}
