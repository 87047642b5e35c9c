/** The middle of the desk without a call: what the agent waits for, or why nothing comes. */

import { Button } from "antd";
import { Coffee, Mic, PhoneIncoming, PhoneMissed, PhoneOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useHotkeys } from "@/lib/hotkeys";
import { Blank, Elapsed } from "@/ui/parts";
import { useDesk } from "./context";
import { Dial } from "./dial";
import { type Miss, missOf, useChange } from "./standing";

export function Idle({ onCheck }: { onCheck: () => void }) {
  const { t } = useTranslation();
  const { me, mute } = useDesk();
  const miss = missOf(me);
  const ready = me.state === "ready" || me.state === "offered";
  const resting = me.state === "offline" ? PhoneOff : Coffee;
  const icon = ready ? PhoneIncoming : miss ? PhoneMissed : resting;
  return (
    <div className="panel desk-idle">
      <Blank icon={icon} title={ready ? t("idle.ready") : t("idle.not_ready")}>
        {mute && (
          <p role="status" className="chip bad tall">
            {t("refusal.microphone_denied")}
          </p>
        )}
        {miss ? (
          <Return miss={miss} />
        ) : (
          <p>{t(ready ? "idle.ready_hint" : "idle.not_ready_hint")}</p>
        )}
        <Since />
        <Button icon={<Mic size={14} aria-hidden />} onClick={onCheck}>
          {t("devices.check")}
        </Button>
        {me.state !== "offline" && <Dial me={me} outside={me.state === "ready"} />}
      </Blank>
    </div>
  );
}

/** Says why no calls come, and the one press that brings them back. */
function Return({ miss }: { miss: Miss }) {
  const { t } = useTranslation();
  const { mute } = useDesk();
  const { mutate, isPending } = useChange();
  const here = () => mutate({ state: "ready" });
  useHotkeys({ r: isPending ? undefined : here });
  return (
    <>
      {!mute && <p role="status">{t(`idle.why.${miss}`)}</p>}
      <Button className="on-fill" type="primary" size="large" loading={isPending} onClick={here}>
        {t("idle.here")} <kbd>R</kbd>
      </Button>
    </>
  );
}

function Since() {
  const { t } = useTranslation();
  const { me } = useDesk();
  return (
    <p className="muted">
      {t(`state.${me.state}`)}
      {me.state !== "offline" && (
        <>
          {" · "}
          <Elapsed from={me.state_since} />
        </>
      )}
    </p>
  );
}
