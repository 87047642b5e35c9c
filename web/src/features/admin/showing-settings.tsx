/** Whether customers at a page may show things, and the servers by which pages find each other. */

import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, type ShowingSettings as Settings, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { Await, Panel } from "@/ui/parts";
import { useSave } from "./parts";

interface Fields {
  enabled: boolean;
  stun: string;
  turn: string;
  turn_secret?: string;
}

const lines = (text: string): string[] => text.split(/\s+/).filter(Boolean);

export function ShowingSettings() {
  const query = useQuery({
    queryKey: ["showing-settings"],
    queryFn: () => unwrap(api.GET("/settings/showing")),
  });
  return <Await query={query}>{(settings) => <ShowingForm settings={settings} />}</Await>;
}

function ShowingForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const writes = useMay()("settings.write");
  const [form] = Form.useForm<Fields>();
  const save = useSave<Fields>("showing-settings", async ({ enabled, stun, turn, turn_secret }) => {
    const given = { enabled, stun: lines(stun), turn: lines(turn) };
    const body = turn_secret ? { ...given, turn_secret } : given;
    await unwrap(api.PUT("/settings/showing", { body }));
    form.resetFields(["turn_secret"]);
  });
  return (
    <Form<Fields>
      form={form}
      className="settings"
      layout="vertical"
      requiredMark={false}
      disabled={!writes}
      initialValues={{
        enabled: settings.enabled,
        stun: settings.stun.join("\n"),
        turn: settings.turn.join("\n"),
      }}
      onFinish={(fields) => save.mutate(fields)}
    >
      <Panel title={t("showing.settings.title")}>
        <p className="muted">{t("showing.settings.hint")}</p>
        <Form.Item name="enabled" label={t("showing.settings.enabled")} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item
          name="stun"
          label={t("showing.settings.stun")}
          extra={t("showing.settings.stun_hint")}
        >
          <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} />
        </Form.Item>
        <Form.Item
          name="turn"
          label={t("showing.settings.turn")}
          extra={t("showing.settings.turn_hint")}
        >
          <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} />
        </Form.Item>
        <Form.Item
          name="turn_secret"
          label={t("showing.settings.secret")}
          extra={
            settings.has_turn_secret
              ? t("showing.settings.secret_kept")
              : t("showing.settings.secret_hint")
          }
        >
          <Input.Password autoComplete="off" maxLength={200} />
        </Form.Item>
        {writes && (
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t("common.save")}
          </Button>
        )}
      </Panel>
    </Form>
  );
}
