/** Languages: each is complete; the tenant's own names exist in Chinese and English. */

import i18n from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { Refusal, type Words } from "@/lib/api";
import { keep, recall } from "@/lib/storage";
import en from "./en.json";

export const LANGUAGES = {
  "zh-CN": "简体中文",
  en: "English",
  ja: "日本語",
  ko: "한국어",
} as const;
export type PageLanguage = keyof typeof LANGUAGES;

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

const KEY = "language";

const loaders: Record<Exclude<PageLanguage, "en">, () => Promise<{ default: object }>> = {
  "zh-CN": () => import("./zh-CN.json"),
  ja: () => import("./ja.json"),
  ko: () => import("./ko.json"),
};

export async function startLanguages(): Promise<void> {
  const options = { fallbackLng: "en", returnEmptyString: false } as const;
  const interpolation = { escapeValue: false };
  await i18n
    .use(initReactI18next)
    .init({ ...options, interpolation, lng: "en", resources: { en: { translation: en } } });
  await speak(recall<PageLanguage>(KEY, preferred()));
}

function preferred(): PageLanguage {
  const [first = "en"] = navigator.languages;
  const found = (Object.keys(LANGUAGES) as PageLanguage[]).find(
    (known) => known.slice(0, 2) === first.slice(0, 2),
  );
  return found ?? "en";
}

export async function speak(language: PageLanguage): Promise<void> {
  if (language !== "en" && !i18n.hasResourceBundle(language, "translation")) {
    const { default: words } = await loaders[language]();
    i18n.addResourceBundle(language, "translation", words);
  }
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  keep(KEY, language);
}

/** Names that the tenant gave in zh and en, in the reader's tongue. */
export function useWords(): (words: Words | string | null | undefined) => string {
  const { i18n: current } = useTranslation();
  const tongue = current.language.startsWith("zh") ? "zh" : "en";
  return (words) =>
    typeof words === "string" ? words : words?.[tongue] || words?.en || words?.zh || "";
}

/** A refusal in the reader's words; codes without words of ours are told as the server told them. */
export function useRefusalWords(): (code: string, error?: unknown) => string {
  const { t, i18n: current } = useTranslation();
  return (code, error) => {
    if (current.exists(`refusal.${code}`)) return t(`refusal.${code}` as "refusal.failed");
    const rule = `outbound.rule_of.${code.replace(/^rule_/, "")}`;
    if (code.startsWith("rule_") && current.exists(rule))
      return t("refusal.rule", { rule: t(rule as "refusal.failed") });
    if (code.endsWith("_unknown")) return t("refusal.not_found");
    const told = error instanceof Refusal ? error.problem.detail : undefined;
    return told ?? t("refusal.failed");
  };
}

/** A word of an open set (a reason, an outcome): ours when we have one, else as it came. */
export function useCodeWords(): (group: string, code: string | null | undefined) => string {
  const { t, i18n: current } = useTranslation();
  return (group, code) => {
    if (!code) return "–";
    const key = `${group}.${code}`;
    return current.exists(key) ? t(key as "refusal.failed") : code;
  };
}
