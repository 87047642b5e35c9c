/** Class, impact and urgency: the three words that give a ticket its priority. */

import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { TicketClass } from "@/lib/api";

export type GradingFields = { class: TicketClass; impact: number; urgency: number };

const CLASSES: TicketClass[] = ["technical", "commercial", "billing"];
const GRADES = [1, 2, 3] as const;

export function Grading() {
  const { t } = useTranslation();
  const grades = GRADES.map((value) => ({ value, label: t(`grade.${value}`) }));
  return (
    <div className="thirds">
      <Form.Item name="class" label={t("ticket.class")}>
        <Select options={CLASSES.map((value) => ({ value, label: t(`ticket_class.${value}`) }))} />
      </Form.Item>
      <Form.Item name="impact" label={t("ticket.impact")}>
        <Select options={grades} />
      </Form.Item>
      <Form.Item name="urgency" label={t("ticket.urgency")}>
        <Select options={grades} />
      </Form.Item>
    </div>
  );
}
