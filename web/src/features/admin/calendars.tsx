/** Calendars: how each stands now, the plan behind it, and the switch that closes at once. */

import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, type TableColumnsType } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Calendar, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { Chip } from "@/ui/parts";
import { CalendarDialog, useCountryName } from "./calendar-dialog";
import { LinesButton } from "./lines";
import { FormDialog, ListPage, useEditing, useSave } from "./parts";

export function CalendarsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [closed, close] = useState<Calendar | null>(null);
  const query = useQuery({
    queryKey: ["calendars"],
    queryFn: () => unwrap(api.GET("/calendars")),
    refetchInterval: 60_000,
  });
  const country = useCountryName();
  const editing = useEditing<Calendar>(
    "calendars.write",
    (one) => may("calendars.close") && <Switch one={one} close={() => close(one)} />,
  );
  const columns: TableColumnsType<Calendar> = [
    { title: t("calendar.exception_name"), dataIndex: "name", className: "strong" },
    { title: t("calendar.stands"), render: (_, one) => <Stands one={one} /> },
    { title: t("calendar.timezone"), dataIndex: "timezone", responsive: ["lg"] },
    {
      title: t("calendar.holidays"),
      responsive: ["lg"],
      render: (_, { holidays }) => (holidays.country ? country(holidays.country) : "–"),
    },
    editing.column,
  ];
  return (
    <ListPage
      title={t("admin.calendars")}
      query={query}
      columns={columns}
      rowKey="id"
      add={editing.add}
      actions={<LinesButton table="calendars" stale="calendars" />}
    >
      {editing.dialog((one, done) => (
        <CalendarDialog one={one} close={done} />
      ))}
      {closed && <CloseDialog one={closed} close={() => close(null)} />}
    </ListPage>
  );
}

function Stands({ one }: { one: Calendar }) {
  const { t, i18n } = useTranslation();
  const at = one.changes_at ? moment(one.changes_at, i18n.language) : null;
  if (one.closure)
    return (
      <span className="row wrap">
        <Chip tone="bad">{t("calendar.closed_by_hand")}</Chip>
        <span className="muted">{one.closure.message}</span>
      </span>
    );
  if (one.open)
    return <Chip tone="ok">{at ? t("calendar.open_until", { at }) : t("calendar.open")}</Chip>;
  return <Chip>{at ? t("calendar.closed_until", { at }) : t("calendar.closed")}</Chip>;
}

function Switch({ one, close }: { one: Calendar; close: () => void }) {
  const { t } = useTranslation();
  const params = { path: { calendar: one.id } };
  const reopen = useSave("calendars", () =>
    unwrap(api.DELETE("/calendars/{calendar}/closure", { params })),
  );
  if (one.closure)
    return (
      <Button
        size="small"
        type="primary"
        loading={reopen.isPending}
        onClick={() => reopen.mutate(undefined)}
      >
        {t("calendar.reopen")}
      </Button>
    );
  return (
    <Button size="small" danger onClick={close}>
      {t("calendar.close")}
    </Button>
  );
}

type Closing = { message?: string; until?: Dayjs | null };

function CloseDialog({ one, close }: { one: Calendar; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Closing>();
  const save = useSave<Closing>(
    "calendars",
    ({ message = "", until }) =>
      unwrap(
        api.PUT("/calendars/{calendar}/closure", {
          params: { path: { calendar: one.id } },
          body: { message, until: until?.toISOString() ?? null },
        }),
      ),
    close,
  );
  return (
    <FormDialog
      title={t("calendar.close_title", { name: one.name })}
      form={form}
      initial={{}}
      save={save}
      close={close}
      ok={t("calendar.close")}
      danger
    >
      <p className="muted" style={{ marginBottom: 12 }}>
        {t("calendar.close_hint")}
      </p>
      <Form.Item name="message" label={t("calendar.message")}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name="until" label={t("calendar.until")}>
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
      </Form.Item>
    </FormDialog>
  );
}
