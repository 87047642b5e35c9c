/** The one table of all lists: loading, failed, empty or there, and a button for what comes next. */

import { Button, Input, Select, Table, type TableColumnsType } from "antd";
import { Inbox, type LucideIcon, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Pages } from "@/lib/pages";
import { Blank, Failed } from "./parts";

interface TableProps<Row> {
  columns: TableColumnsType<Row>;
  rowKey: keyof Row & string;
  /** What is said, and shown as a sign, when there is no row. */
  empty?: string;
  icon?: LucideIcon;
  /** The least width in pixels; narrower windows scroll the table. By default its content's. */
  width?: number;
  open?: ((row: Row) => void) | undefined;
}

export function Rows<Row extends object>(
  props: TableProps<Row> & {
    rows: Row[];
    query: { error: unknown; isPending: boolean; refetch: () => unknown };
  },
) {
  const { t } = useTranslation();
  const { rows, query, open } = props;
  if (query.error && rows.length === 0)
    return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <Table<Row>
      className="panel"
      size="small"
      rowKey={props.rowKey}
      columns={apart(props.columns)}
      dataSource={rows}
      loading={query.isPending}
      pagination={false}
      scroll={{ x: props.width ?? "max-content" }}
      {...(open
        ? { onRow: (row: Row) => ({ onClick: () => open(row), className: "pointer" }) }
        : {})}
      locale={{
        emptyText: query.isPending ? (
          <div className="blank" />
        ) : (
          <Blank icon={props.icon ?? Inbox} title={props.empty ?? t("admin.empty")} />
        ),
      }}
    />
  );
}

/** A column of words after one of figures, which end where it begins, stands off from them. */
export function apart<Row>(columns: TableColumnsType<Row>): TableColumnsType<Row> {
  return columns.map((column, at) =>
    atEnd(columns[at - 1]) && !atEnd(column)
      ? { ...column, className: `${column.className ?? ""} apart` }
      : column,
  );
}

const atEnd = (column: { align?: string } | undefined): boolean => column?.align === "right";

export function PagedRows<Row extends object>({
  pages,
  ...table
}: TableProps<Row> & { pages: Pages<Row> }) {
  const { t } = useTranslation();
  return (
    <>
      <Rows {...table} rows={pages.rows} query={pages} />
      {pages.more && (
        <Button loading={pages.isReadingMore} onClick={pages.more}>
          {t("common.more")}
        </Button>
      )}
    </>
  );
}

/** One choice of a filter; empty means all. */
export function FilterSelect(props: {
  name: string;
  value: string | undefined;
  choose: (value: string | undefined) => void;
  options: { value: string; label: string }[];
  width?: number;
}) {
  return (
    <Select<string>
      allowClear
      style={{ width: props.width ?? 130 }}
      placeholder={props.name}
      aria-label={props.name}
      value={props.value ?? null}
      onChange={(value: string | undefined) => props.choose(value)}
      options={props.options}
    />
  );
}

/** Words to search by; they count from Enter on. */
export function FilterText(props: {
  name: string;
  value: string | undefined;
  choose: (value: string | undefined) => void;
}) {
  return (
    <Input
      allowClear
      style={{ width: 220 }}
      prefix={<Search size={14} aria-hidden />}
      placeholder={props.name}
      aria-label={props.name}
      defaultValue={props.value ?? ""}
      onPressEnter={(event) => props.choose(event.currentTarget.value.trim())}
      onClear={() => props.choose(undefined)}
    />
  );
}
