/** Step 1: the organisation's name, where it is, and whether every call becomes a ticket. */

import { useQuery } from "@tanstack/react-query";
import { Checkbox, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Settings, unwrap } from "@/lib/api";
import { Await } from "@/ui/parts";
import { TimeZoneField } from "@/ui/timezone";
import { StepForm, useRequired } from "./parts";
import type { StepProps } from "./walk";

type Fields = Pick<Settings, "name" | "timezone" | "ticket_of_every_call">;

export function OrganisationStep({ done }: StepProps) {
  const { t } = useTranslation();
  const required = useRequired();
  const query = useQuery({ queryKey: ["settings"], queryFn: () => unwrap(api.GET("/settings")) });
  return (
    <Await query={query}>
      {({ name, timezone, ticket_of_every_call, surveys }) => (
        <StepForm<Fields>
          initial={{ name, timezone, ticket_of_every_call }}
          changes={["settings"]}
          done={done}
          save={(fields) => unwrap(api.PUT("/settings", { body: { ...fields, surveys } }))}
        >
          <Form.Item name="name" label={t("setup.organisation_name")} rules={required}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item
            name="timezone"
            label={t("setup.timezone")}
            extra={t("setup.timezone_hint")}
            rules={required}
          >
            <TimeZoneField />
          </Form.Item>
          <Form.Item name="ticket_of_every_call" valuePropName="checked">
            <Checkbox>{t("setup.ticket_of_every_call")}</Checkbox>
          </Form.Item>
        </StepForm>
      )}
    </Await>
  );
}
