/** Sign-in: two fields; the reason of a refusal stands where it is read. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { api, codeOf, csrf, unwrap } from "@/lib/api";
import { useRefusalWords } from "@/lib/i18n";
import { fetchMe, ME, useSystem } from "@/lib/session";
import "./login.css";

type Credentials = { username: string; password: string };

export function LoginPage() {
  const { t } = useTranslation();
  const { data: system } = useSystem();
  const say = useRefusalWords();
  const signIn = useSignIn();
  useEffect(() => {
    document.title = `${t("login.title")} · Trunkline`;
  }, [t]);
  return (
    <main className="login">
      <div className="login-card">
        <img src="/mark.svg" width={40} height={40} alt="" />
        <h1>{t("login.title")}</h1>
        <Form<Credentials>
          layout="vertical"
          requiredMark={false}
          initialValues={{ username: "", password: "" }}
          onFinish={(credentials) => signIn.mutate(credentials)}
        >
          {signIn.error && (
            <Form.Item>
              <Alert
                type="error"
                showIcon
                title={say(codeOf(signIn.error), signIn.error)}
                role="alert"
              />
            </Form.Item>
          )}
          <Form.Item
            name="username"
            label={t("login.username")}
            rules={[{ required: true, message: t("common.required") }]}
          >
            <Input autoFocus autoComplete="username" size="large" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("login.password")}
            rules={[{ required: true, message: t("common.required") }]}
          >
            <Input.Password autoComplete="current-password" size="large" />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
            {t("login.enter")}
          </Button>
        </Form>
        {system?.demo && <DemoHint />}
      </div>
      {system && <p className="muted num">{t("login.version", { version: system.version })}</p>}
    </main>
  );
}

function DemoHint() {
  const { t } = useTranslation();
  return (
    <p className="demo muted">
      {t("login.demo")} <Link to="/call">{t("login.demo_call")}</Link>
    </p>
  );
}

function useSignIn() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { from?: string } | null };
  return useMutation({
    mutationFn: async (credentials: Credentials) => {
      const session = await unwrap(
        api.POST("/sessions", { body: { ...credentials, kind: "cookie" } }),
      );
      csrf.keep(session.csrf);
      await client.fetchQuery({ queryKey: ME, queryFn: fetchMe });
    },
    onSuccess: () => void navigate(state?.from ?? "/", { replace: true }),
  });
}
