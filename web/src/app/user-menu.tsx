/** Language, appearance, shortcuts and the way out. */

import { App, Dropdown, type MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useMaybeDesk } from "@/features/desk/context";
import { codeOf, type Me } from "@/lib/api";
import { LANGUAGES, type PageLanguage, speak } from "@/lib/i18n";
import { useMay, useSignOut } from "@/lib/session";
import { useSayRefusal } from "@/ui/parts";
import { type Appearance, appearance, choose, useDark } from "@/ui/theme";

const APPEARANCES: Appearance[] = ["system", "light", "dark"];

export function UserMenu({ me, onShortcuts }: { me: Me; onShortcuts: () => void }) {
  const { t, i18n } = useTranslation();
  const leave = useLeave();
  const navigate = useNavigate();
  const may = useMay();
  useDark();
  const items: MenuProps["items"] = [
    {
      key: "who",
      type: "group",
      label: `${me.display_name} · ${me.tenant.name}`,
      children: [
        {
          key: "language",
          label: t("menu.language"),
          children: Object.entries(LANGUAGES).map(([key, label]) => ({
            key,
            label,
            onClick: () => void speak(key as PageLanguage),
          })),
        },
        {
          key: "appearance",
          label: t("menu.appearance"),
          children: APPEARANCES.map((key) => ({
            key,
            label: t(`appearance.${key}`),
            onClick: () => choose(key),
          })),
        },
        { key: "shortcuts", label: t("menu.shortcuts"), onClick: onShortcuts },
        ...(may("setup.write")
          ? [{ key: "setup", label: t("menu.setup"), onClick: () => void navigate("/setup") }]
          : []),
      ],
    },
    { type: "divider" },
    { key: "leave", label: t("menu.sign_out"), onClick: () => void leave() },
  ];
  const selectedKeys = [i18n.language, appearance()];
  return (
    <Dropdown menu={{ items, selectedKeys }} trigger={["click"]} placement="bottomRight">
      <button
        type="button"
        className="plain"
        aria-label={t("menu.open", { name: me.display_name })}
      >
        <span className="avatar">{me.display_name.slice(0, 1)}</span>
      </button>
    </Dropdown>
  );
}

/** Signing out in a call waits for its end, also when only the server knows of the call yet. */
function useLeave(): () => Promise<void> {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const desk = useMaybeDesk();
  const signOut = useSignOut();
  const say = useSayRefusal();
  return async () => {
    try {
      if (!desk?.state.work) return await signOut();
    } catch (error) {
      if (!desk || codeOf(error) !== "work_open") return say(error);
    }
    desk.leaveAfterWork();
    void message.info(t("menu.leaves_after_work"));
  };
}
