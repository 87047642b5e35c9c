/** What an organisation chooses once: its name and zone, tickets, surveys, promises, parking. */

import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, type Settings, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { Await, PageHead, Panel } from "@/ui/parts";
import { TimeZoneField } from "@/ui/timezone";
import { useRequired, useSave } from "./parts";
import { ShowingSettings } from "./showing-settings";

type Fields = Omit<Settings, "language">;

export function SettingsPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["settings"], queryFn: () => unwrap(api.GET("/settings")) });
  return (
    <>
      <PageHead title={t("admin.settings")} />
      <Await query={query} rows={8}>
        {(settings) => <SettingsForm settings={settings} />}
      </Await>
      <ShowingSettings />
    </>
  );
}

function SettingsForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const writes = useMay()("settings.write");
  const required = useRequired();
  const save = useSave<Fields>("settings", (body) => unwrap(api.PUT("/settings", { body })));
  return (
    <Form<Fields>
      className="settings"
      layout="vertical"
      requiredMark={false}
      disabled={!writes}
      initialValues={settings}
      onFinish={(fields) => save.mutate(fields)}
    >
      <Panel title={t("settings.organisation")}>
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
        <Choice name="ticket_of_every_call" label={t("setup.ticket_of_every_call")} />
        <Choice name="listeners_shown" label={t("settings.listeners_shown")} />
      </Panel>
      <Panel title={t("promises.title")}>
        <Amount
          name={["promises", "missed_after_min"]}
          label={t("settings.missed_after")}
          extra={t("settings.missed_after_hint")}
          range={[1, 1440]}
          unit={t("settings.minutes")}
        />
        <Amount
          name={["promises", "appointment_min"]}
          label={t("settings.appointment")}
          extra={t("settings.appointment_hint")}
          range={[10, 240]}
          unit={t("settings.minutes")}
        />
      </Panel>
      <Panel title={t("settings.surveys")}>
        <Amount
          name={["surveys", "min_talk_s"]}
          label={t("settings.min_talk")}
          range={[0, 600]}
          unit={t("settings.seconds")}
        />
        <Amount
          name={["surveys", "quiet_days"]}
          label={t("settings.quiet_days")}
          range={[0, 365]}
          unit={t("settings.days")}
        />
        <Choice name={["surveys", "respect_quiet_time"]} label={t("settings.quiet_time")} />
      </Panel>
      <Panel title={t("settings.parking")}>
        <Amount
          name={["parking", "first_slot"]}
          label={t("settings.first_slot")}
          range={[1, 99_999]}
        />
        <Amount
          name={["parking", "last_slot"]}
          label={t("settings.last_slot")}
          range={[1, 99_999]}
        />
        <Amount
          name={["parking", "timeout_s"]}
          label={t("settings.parked_for")}
          range={[10, 3600]}
          unit={t("settings.seconds")}
        />
      </Panel>
      {writes && (
        <div>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t("common.save")}
          </Button>
        </div>
      )}
    </Form>
  );
}

type Name = string | string[];

function Amount(props: {
  name: Name;
  label: string;
  range: readonly [number, number];
  unit?: string;
  extra?: ReactNode;
}) {
  const required = useRequired();
  const [min, max] = props.range;
  return (
    <Form.Item name={props.name} label={props.label} extra={props.extra} rules={required}>
      <InputNumber min={min} max={max} precision={0} suffix={props.unit} style={{ width: 160 }} />
    </Form.Item>
  );
}

function Choice({ name, label }: { name: Name; label: string }) {
  return (
    <Form.Item name={name} label={label} valuePropName="checked">
      <Switch />
    </Form.Item>
  );
}
