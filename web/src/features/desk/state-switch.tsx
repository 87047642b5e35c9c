/** The agent's state: what it is, since when, what is pending, and the way to change it. */

import { Button, Dropdown, type MenuProps } from "antd";
import { ChevronDown, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AgentState, AgentWish, Me } from "@/lib/api";
import { useWords } from "@/lib/i18n";
import { Elapsed } from "@/ui/parts";
import { useDesk } from "./context";
import { useChange, useReasons, useReasonWords } from "./standing";

const TONES: Record<AgentState, string> = {
  offline: "",
  ready: "ok",
  offered: "accent",
  handling: "accent",
  wrap_up: "warn",
  not_ready: "bad",
};

export function StateSwitch() {
  const { t } = useTranslation();
  const { me } = useDesk();
  const items = useChoices();
  const reason = useReasonWords();
  return (
    <div className="row">
      {me.state_pending && <PendingChip me={me} />}
      <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
        <Button title={t("state.change")}>
          <span className={`dot ${TONES[me.state]}`} aria-hidden />
          <span className="strong">{t(`state.${me.state}`)}</span>
          {me.state_reason && <span className="muted">{reason(me.state_reason)}</span>}
          {me.state !== "offline" && (
            <span className="muted">
              <Elapsed from={me.state_since} />
            </span>
          )}
          <ChevronDown size={14} aria-hidden />
        </Button>
      </Dropdown>
    </div>
  );
}

function PendingChip({ me }: { me: Me }) {
  const { t } = useTranslation();
  const change = useChange();
  const reason = useReasonWords();
  const pending = me.state_pending;
  if (!pending) return null;
  const what = t(`state.${pending.state}`) + (pending.reason ? ` · ${reason(pending.reason)}` : "");
  return (
    <span className="chip warn">
      {t("state.pending", { what })}
      <button
        type="button"
        className="plain"
        aria-label={t("state.drop_pending")}
        onClick={() => change.mutate(null)}
      >
        <X size={13} aria-hidden />
      </button>
    </span>
  );
}

function useChoices(): MenuProps["items"] {
  const { t } = useTranslation();
  const words = useWords();
  const change = useChange();
  const { data } = useReasons();
  const item = (state: AgentWish, label: string, reason?: string) => ({
    key: reason ?? state,
    label,
    onClick: () => change.mutate({ state, reason }),
  });
  return [
    item("ready", t("state.ready")),
    {
      type: "group",
      label: t("state.not_ready"),
      children: (data?.items ?? [])
        .filter(({ active }) => active)
        .map(({ code, label }) => item("not_ready", words(label), code)),
    },
    { type: "divider" },
    item("offline", t("state.offline")),
  ];
}
