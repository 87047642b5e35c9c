/** The house's colours for antd, and which of light and dark is shown. */

import { type ThemeConfig, theme } from "antd";
import { useSyncExternalStore } from "react";
import { keep, recall } from "@/lib/storage";

export type Appearance = "light" | "dark" | "system";

const FONT =
  '"Inter Variable", ui-sans-serif, system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

const SHARED = {
  fontFamily: FONT,
  fontSize: 13,
  borderRadius: 6,
  borderRadiusLG: 10,
  controlHeight: 32,
  wireframe: false,
  motionDurationMid: "0.12s",
  motionDurationSlow: "0.16s",
};

const LIGHT = {
  colorPrimary: "#1d55e0",
  colorSuccess: "#0b7a4b",
  colorError: "#c42b2b",
  colorWarning: "#a86400",
  colorTextBase: "#14171c",
  colorTextSecondary: "#454d5a",
  colorTextTertiary: "#5f6876",
  colorTextDescription: "#5f6876",
  colorTextPlaceholder: "#667080",
  colorBorder: "#c8ced7",
  colorBorderSecondary: "#e2e5ea",
  colorBgLayout: "#f5f6f8",
};

const DARK = {
  colorPrimary: "#2f63e6",
  colorLink: "#7ea4ff",
  colorSuccess: "#3fae7d",
  colorError: "#ff6b6b",
  colorTextBase: "#e9ebef",
  colorTextSecondary: "#b6bdc9",
  colorTextTertiary: "#929bab",
  colorTextDescription: "#929bab",
  colorTextPlaceholder: "#8a93a3",
  colorBorder: "#3b4350",
  colorBorderSecondary: "#262b34",
  colorBgBase: "#0c0e12",
  colorBgContainer: "#14171d",
  colorBgElevated: "#1a1e25",
  colorBgLayout: "#0c0e12",
};

export function antdTheme(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: { ...SHARED, ...(dark ? DARK : LIGHT) },
    components: {
      Button: {
        fontWeight: 500,
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
        // In the dark a red that is read as text is too light to be written on in white.
        ...(dark ? { dangerColor: "#1b0b0b" } : {}),
      },
      Table: {
        headerBg: "transparent",
        headerColor: dark ? "#929bab" : "#5f6876",
        headerSplitColor: "transparent",
        cellPaddingBlock: 8,
        cellPaddingInline: 12,
      },
      Form: { itemMarginBottom: 14, verticalLabelPadding: "0 0 4px" },
    },
  };
}

const KEY = "appearance";
const watchers = new Set<() => void>();
const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

export const appearance = (): Appearance => recall<Appearance>(KEY, "system");

export function isDark(): boolean {
  const choice = appearance();
  return choice === "system" ? (system?.matches ?? false) : choice === "dark";
}

export function choose(next: Appearance): void {
  keep(KEY, next);
  show();
}

/** Paint the page before React starts, so that nothing flashes. */
export function show(): void {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  for (const watcher of watchers) watcher();
}

system?.addEventListener("change", show);

export function useDark(): boolean {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, isDark);
}
