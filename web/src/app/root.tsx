/** What surrounds every page: data, language, theme, routes. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App, ConfigProvider } from "antd";
import type { Locale } from "antd/es/locale";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { Refusal } from "@/lib/api";
import { antdTheme, useDark } from "@/ui/theme";
import { router } from "./routes";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && !isFinal(error),
    },
  },
});

/** A refusal stays a refusal however often one asks; a server out of reach may come back. */
function isFinal(error: unknown): boolean {
  return error instanceof Refusal && error.status >= 400 && error.status < 500;
}

export function Root() {
  const dark = useDark();
  const locale = useAntdLocale();
  return (
    <QueryClientProvider client={client}>
      <ConfigProvider theme={antdTheme(dark)} locale={locale} button={{ autoInsertSpace: false }}>
        <App component={false}>
          <RouterProvider router={router} />
        </App>
      </ConfigProvider>
    </QueryClientProvider>
  );
}

const LOCALES: Record<string, () => Promise<{ default: Locale }>> = {
  "zh-CN": () => import("antd/locale/zh_CN"),
  ja: () => import("antd/locale/ja_JP"),
  ko: () => import("antd/locale/ko_KR"),
};

function useAntdLocale(): Locale | undefined {
  const { i18n } = useTranslation();
  const [locale, setLocale] = useState<Locale>();
  useEffect(() => {
    const load = LOCALES[i18n.language];
    if (!load) return setLocale(undefined);
    void load().then((found) => setLocale(unwrapDefault(found.default)));
  }, [i18n.language]);
  return locale;
}

/** antd's locales are CommonJS: bundlers put the words one `default` deeper. */
function unwrapDefault(found: Locale | { default: Locale }): Locale {
  return "default" in found ? found.default : found;
}
