/** Step 5: when you are open, each day with as many intervals as it has. */

import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { intervals, weekly } from "@/lib/week";
import { hereZone, TimeZoneField } from "@/ui/timezone";
import { StepForm, useRequired } from "./parts";
import type { StepProps } from "./walk";

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const WORKDAY = "09:00-18:00";

type Fields = { name: string; timezone: string; days: string[] };

/** Make the calendar, and let every number that has none keep it. */
async function keep({ name, timezone, days }: Fields) {
  const body = { name, timezone, weekly: weekly(days) };
  const { id } = await unwrap(api.POST("/calendars", { body }));
  const { items } = await unwrap(api.GET("/numbers"));
  for (const { number } of items.filter(({ calendar_id }) => !calendar_id)) {
    const params = { path: { number } };
    await unwrap(api.PATCH("/numbers/{number}", { params, body: { calendar_id: id } }));
  }
}

export function HoursStep({ done }: StepProps) {
  const { t } = useTranslation();
  const required = useRequired();
  const readable = {
    validator: (_: unknown, text: string | undefined) =>
      intervals(text ?? "")
        ? Promise.resolve()
        : Promise.reject(new Error(t("setup.hours_unreadable"))),
  };
  const initial = {
    name: t("setup.hours_name"),
    timezone: hereZone(),
    days: DAYS.map((day) => (day < 5 ? WORKDAY : "")),
  };
  return (
    <StepForm<Fields> initial={initial} changes={["calendars", "numbers"]} done={done} save={keep}>
      <div className="setup-halves">
        <Form.Item name="name" label={t("common.name")} rules={required}>
          <Input />
        </Form.Item>
        <Form.Item name="timezone" label={t("setup.timezone")} rules={required}>
          <TimeZoneField />
        </Form.Item>
      </div>
      {DAYS.map((day) => (
        <Form.Item key={day} name={["days", day]} label={t(`day.${day}`)} rules={[readable]}>
          <Input placeholder={t("setup.closed")} />
        </Form.Item>
      ))}
    </StepForm>
  );
}
