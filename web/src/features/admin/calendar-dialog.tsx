/** One calendar as a form, and beside it what the coming days look like as it stands. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Select, Switch } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Plus, Trash2 } from "lucide-react";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { api, type Calendar, type CalendarPlan, unwrap } from "@/lib/api";
import { intervals, typed, typedWeek, weekly } from "@/lib/week";
import { hereZone, TimeZoneField } from "@/ui/timezone";
import { DaysAhead } from "./calendar-days";
import { FormDialog, useRequired, useSave } from "./parts";

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const KINDS = ["closed_day", "other_hours", "as_usual"] as const;
const ISO_DAY = "YYYY-MM-DD";

interface Exceptional {
  dates: [Dayjs, Dayjs];
  name?: string;
  kind: (typeof KINDS)[number];
  hours?: string;
}

interface Fields {
  name: string;
  timezone: string;
  days: string[];
  country?: string | null;
  part?: string | null;
  make_up_days: boolean;
  exceptions: Exceptional[];
}

export function CalendarDialog({ one, close }: { one: Calendar | null; close: () => void }) {
  const { t } = useTranslation();
  const required = useRequired();
  const [form] = Form.useForm<Fields>();
  const save = useSave<Fields>(
    "calendars",
    (fields) => {
      const body = { name: fields.name, ...planOf(fields) };
      if (!one) return unwrap(api.POST("/calendars", { body }));
      const params = {
        path: { calendar: one.id },
        header: { "If-Match": `"${one.version}"` },
      };
      return unwrap(api.PATCH("/calendars/{calendar}", { params, body }));
    },
    close,
  );
  return (
    <FormDialog
      title={one?.name ?? t("calendar.new")}
      form={form}
      initial={one ? fieldsOf(one) : fresh()}
      save={save}
      close={close}
      width={1040}
      aside={<Preview />}
    >
      <div className="halves">
        <Form.Item name="name" label={t("calendar.exception_name")} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="timezone" label={t("calendar.timezone")} rules={required}>
          <TimeZoneField />
        </Form.Item>
      </div>
      <h3 className="form-part">{t("calendar.week")}</h3>
      <p className="muted form-hint">{t("calendar.week_hint")}</p>
      <WeekFields />
      <HolidayFields />
      <ExceptionFields />
    </FormDialog>
  );
}

function WeekFields() {
  const { t } = useTranslation();
  const readable = useReadable();
  return (
    <div className="week-fields">
      {DAYS.map((day) => (
        <Form.Item key={day} name={["days", day]} label={t(`day.${day}`)} rules={[readable]}>
          <Input placeholder={t("calendar.closed_day")} />
        </Form.Item>
      ))}
    </div>
  );
}

function HolidayFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Fields>();
  const country = Form.useWatch("country", form);
  const name = useCountryName();
  const known = useQuery({
    queryKey: ["countries"],
    queryFn: () => unwrap(api.GET("/calendars/countries")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const countries = known.data?.items ?? [];
  const parts = countries.find(({ code }) => code === country)?.parts ?? [];
  const options = countries.map(({ code }) => ({ value: code, label: name(code) }));
  return (
    <>
      <h3 className="form-part">{t("calendar.holidays")}</h3>
      <div className="halves">
        <Form.Item name="country" label={t("calendar.country")}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            loading={known.isPending}
            onChange={() => form.setFieldValue("part", undefined)}
            options={options.sort((a, b) => a.label.localeCompare(b.label))}
          />
        </Form.Item>
        <Form.Item name="part" label={t("calendar.part")} hidden={parts.length === 0}>
          <Select allowClear showSearch options={parts.map((value) => ({ value, label: value }))} />
        </Form.Item>
        <Form.Item
          name="make_up_days"
          label={t("calendar.make_up_days")}
          valuePropName="checked"
          hidden={country !== "CN"}
        >
          <Switch />
        </Form.Item>
      </div>
    </>
  );
}

function ExceptionFields() {
  const { t } = useTranslation();
  return (
    <>
      <h3 className="form-part">{t("calendar.exceptions")}</h3>
      <p className="muted form-hint">{t("calendar.exceptions_hint")}</p>
      <Form.List name="exceptions">
        {(rows, { add, remove }) => (
          <div className="stack" style={{ gap: 8 }}>
            {rows.map((row) => (
              <ExceptionRow key={row.key} row={row.name} remove={() => remove(row.name)} />
            ))}
            <Button
              icon={<Plus size={14} aria-hidden />}
              onClick={() => add({ dates: [dayjs(), dayjs()], kind: "closed_day" })}
            >
              {t("calendar.add_exception")}
            </Button>
          </div>
        )}
      </Form.List>
    </>
  );
}

function ExceptionRow({ row, remove }: { row: number; remove: () => void }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Fields>();
  const required = useRequired();
  const readable = useReadable();
  const kind = Form.useWatch(["exceptions", row, "kind"], form);
  return (
    <div className="exception-row">
      <Form.Item noStyle name={[row, "dates"]} rules={required}>
        <DatePicker.RangePicker aria-label={t("calendar.dates")} />
      </Form.Item>
      <Form.Item noStyle name={[row, "kind"]}>
        <Select
          aria-label={t("calendar.kind")}
          options={KINDS.map((value) => ({ value, label: t(`calendar.${value}`) }))}
        />
      </Form.Item>
      <Form.Item noStyle name={[row, "name"]}>
        <Input
          maxLength={60}
          placeholder={t("calendar.exception_name")}
          aria-label={t("calendar.exception_name")}
        />
      </Form.Item>
      <Button
        type="text"
        aria-label={t("common.delete")}
        icon={<Trash2 size={14} aria-hidden />}
        onClick={remove}
      />
      {kind === "other_hours" && (
        <Form.Item name={[row, "hours"]} rules={[...required, readable]} className="wide">
          <Input placeholder="09:00-12:00" aria-label={t("calendar.hours")} />
        </Form.Item>
      )}
    </div>
  );
}

/** Asked anew whenever the plan can be read; what stood before stays until the answer is there. */
function Preview() {
  const { t, i18n } = useTranslation();
  const form = Form.useFormInstance<Fields>();
  const fields = Form.useWatch([], form) as Fields | undefined;
  const plan = useDeferredValue(fields && isReadable(fields) ? planOf(fields) : null);
  const query = useQuery({
    queryKey: ["calendar-preview", plan, i18n.language],
    queryFn: () =>
      unwrap(
        api.POST("/calendars/preview", {
          params: { query: { language: i18n.language } },
          body: plan ?? {},
        }),
      ),
    enabled: plan !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <section aria-label={t("calendar.preview")}>
      <h3 className="form-part">{t("calendar.preview")}</h3>
      {query.data ? (
        <DaysAhead days={query.data.days} />
      ) : (
        <p className="muted">{t("calendar.preview_waits")}</p>
      )}
    </section>
  );
}

export function useCountryName(): (code: string) => string {
  const { i18n } = useTranslation();
  const names = new Intl.DisplayNames([i18n.language], { type: "region" });
  return (code) => names.of(code) ?? code;
}

function useReadable() {
  const { t } = useTranslation();
  return {
    validator: (_: unknown, text: string | undefined) =>
      intervals(text ?? "")
        ? Promise.resolve()
        : Promise.reject(new Error(t("setup.hours_unreadable"))),
  };
}

const fresh = (): Fields => ({
  name: "",
  timezone: hereZone(),
  days: DAYS.map((day) => (day < 5 ? "09:00-12:00, 13:30-18:00" : "")),
  make_up_days: true,
  exceptions: [],
});

const fieldsOf = (one: Calendar): Fields => ({
  name: one.name,
  timezone: one.timezone,
  days: typedWeek(one.weekly),
  country: one.holidays.country,
  part: one.holidays.part,
  make_up_days: one.holidays.make_up_days,
  exceptions: one.exceptions.map((day) => ({
    dates: [dayjs(day.on), dayjs(day.until ?? day.on)],
    name: day.name,
    kind: day.as_usual ? "as_usual" : day.intervals.length ? "other_hours" : "closed_day",
    hours: typed(day.intervals),
  })),
});

function isReadable({ timezone, days = [], exceptions = [] }: Fields): boolean {
  return (
    Boolean(timezone) &&
    days.every((text) => intervals(text ?? "") !== null) &&
    exceptions.every((day) => day?.dates?.[0] && intervals(day.hours ?? "") !== null)
  );
}

function planOf(fields: Fields): CalendarPlan {
  return {
    timezone: fields.timezone,
    weekly: weekly((fields.days ?? []).map((text) => text ?? "")),
    holidays: {
      country: fields.country ?? null,
      part: fields.part ?? null,
      make_up_days: fields.make_up_days ?? true,
    },
    exceptions: (fields.exceptions ?? []).map(({ dates: [on, until], name, kind, hours }) => ({
      on: on.format(ISO_DAY),
      until: until.format(ISO_DAY),
      name: name ?? "",
      intervals: kind === "other_hours" ? (intervals(hours ?? "") ?? []) : [],
      as_usual: kind === "as_usual",
    })),
  };
}
