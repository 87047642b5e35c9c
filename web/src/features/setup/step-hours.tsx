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
    <StepForm<Fields>
      initial={initial}
      changes="hours"
      done={done}
      save={({ name, timezone, days }) =>
        unwrap(api.POST("/calendars", { body: { name, timezone, weekly: weekly(days) } }))
      }
    >
      <div className="setup-halves">
        <Form.Item name="name" label={t("finder.name")} rules={required}>
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
