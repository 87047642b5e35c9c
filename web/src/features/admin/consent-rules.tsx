/** What callers of a country are told or asked before a recording, where it is not as their file says. */

import { Button, Form, Input, Select } from "antd";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ConsentPolicy } from "@/lib/api";
import { Remove } from "./queue-who";

export type ConsentRow = { country: string; policy: ConsentPolicy };

const POLICIES: ConsentPolicy[] = ["announce", "opt_out", "opt_in"];
const COUNTRY = /^([A-Z]{2}|\*)$/;

export const consentRows = (chosen: Record<string, ConsentPolicy>): ConsentRow[] =>
  Object.entries(chosen).map(([country, policy]) => ({ country, policy }));

export const consentOf = (rows: ConsentRow[]): Record<string, ConsentPolicy> =>
  Object.fromEntries(rows.map(({ country, policy }) => [country, policy]));

export function ConsentFields() {
  const { t } = useTranslation();
  return (
    <Form.Item label={t("outbound.consent")} extra={t("outbound.consent_hint")}>
      <Form.List name="consent">
        {(rows, { add, remove }) => (
          <div className="stack" style={{ gap: 8 }}>
            {rows.map((row) => (
              <div className="overflow-row" key={row.key}>
                <Form.Item
                  noStyle
                  name={[row.name, "country"]}
                  normalize={(code: string) => code.trim().toUpperCase()}
                  rules={[
                    { required: true, pattern: COUNTRY, message: t("outbound.country_wrong") },
                  ]}
                >
                  <Input aria-label={t("outbound.country")} maxLength={2} />
                </Form.Item>
                <Form.Item noStyle name={[row.name, "policy"]}>
                  <Select
                    aria-label={t("outbound.consent")}
                    options={POLICIES.map((value) => ({
                      value,
                      label: t(`outbound.consent_of.${value}`),
                    }))}
                  />
                </Form.Item>
                <Remove act={() => remove(row.name)} />
              </div>
            ))}
            <Button
              icon={<Plus size={14} aria-hidden />}
              onClick={() => add({ country: "", policy: "opt_in" })}
            >
              {t("outbound.add_country")}
            </Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}
