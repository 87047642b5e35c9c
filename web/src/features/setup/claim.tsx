/** The first person: names the organisation and becomes its administrator. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, codeOf, csrf, unwrap } from "@/lib/api";
import { useRefusalWords } from "@/lib/i18n";
import { fetchMe, ME } from "@/lib/session";

type Fields = { organisation: string; display_name: string; username: string; password: string };

export function Claim({ token }: { token: string }) {
  const { t } = useTranslation();
  const say = useRefusalWords();
  const claim = useClaim(token);
  const required = [{ required: true, message: t("common.required") }];
  return (
    <main className="setup narrow">
      <div className="stack">
        <img src="/mark.svg" width={40} height={40} alt="" />
        <h1>{t("setup.claim")}</h1>
        <p className="muted">{t("setup.claim_hint")}</p>
        {claim.error && (
          <Alert type="error" showIcon role="alert" title={say(codeOf(claim.error), claim.error)} />
        )}
        <Form<Fields>
          layout="vertical"
          requiredMark={false}
          onFinish={(fields) => claim.mutate(fields)}
        >
          <Form.Item name="organisation" label={t("setup.organisation_name")} rules={required}>
            <Input autoFocus autoComplete="organization" />
          </Form.Item>
          <Form.Item name="display_name" label={t("setup.your_name")} rules={required}>
            <Input autoComplete="name" />
          </Form.Item>
          <Form.Item
            name="username"
            label={t("login.username")}
            rules={required}
            initialValue="admin"
          >
            <Input autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("login.password")}
            extra={t("setup.password_hint")}
            rules={required}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Button type="primary" size="large" block htmlType="submit" loading={claim.isPending}>
            {t("setup.begin")}
          </Button>
        </Form>
      </div>
    </main>
  );
}

function useClaim(token: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { i18n } = useTranslation();
  return useMutation({
    mutationFn: async (fields: Fields) => {
      const { username, password } = fields;
      await unwrap(
        api.POST("/setup/claim", { body: { ...fields, token, language: i18n.language } }),
      );
      const session = await unwrap(
        api.POST("/sessions", { body: { username, password, kind: "cookie" } }),
      );
      csrf.keep(session.csrf);
      await client.fetchQuery({ queryKey: ME, queryFn: fetchMe });
    },
    onSuccess: () => void navigate("/setup", { replace: true }),
  });
}
