/** In the call: mute, hold, keypad, transfer and others, hang up – one click or key each. */

import { Button, Popover, Tooltip } from "antd";
import {
  ArrowRightLeft,
  CircleDot,
  CircleStop,
  CornerUpLeft,
  Grid3x3,
  type LucideIcon,
  Mic,
  MicOff,
  Pause,
  PhoneOff,
  Play,
  SquareParking,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Whom, Work } from "@/lib/api";
import { useHeadset } from "@/lib/headset";
import { useHotkeys } from "@/lib/hotkeys";
import { Keypad } from "@/ui/keypad";
import { Chip, Elapsed } from "@/ui/parts";
import { callKeys } from "./call-keys";
import { CallQuality } from "./call-quality";
import { useDesk } from "./context";
import { attends, Parties } from "./parties";
import { RecordedChip, RecordingVerbs } from "./recorded";
import { type Asking, TargetBox } from "./target-box";
import { useVerbs } from "./verbs";

export function CallBar({ work }: { work: Work }) {
  const { t } = useTranslation();
  const verbs = useVerbs(work.interaction_id);
  const [keypad, setKeypad] = useState(false);
  const [transfer, setTransfer] = useState(false);
  const mute = () => verbs.mutate({ verb: work.muted ? "unmute" : "mute" });
  const hold = () => verbs.mutate({ verb: work.held ? "resume" : "hold" });
  const hangUp = () => verbs.mutate({ verb: "hangup" });
  const record = () =>
    verbs.mutate({ verb: work.recorded ? "pause-recording" : "resume-recording" });
  const park = () => verbs.mutate({ verb: "park" });
  const giveBack = () => verbs.mutate({ verb: "return-to-queue" });
  const ask = (how: Asking, to: Whom) => {
    setTransfer(false);
    verbs.mutate({ verb: how, to });
  };
  useHotkeys(
    callKeys(work, {
      mute,
      hold,
      record,
      keypad: () => setKeypad((open) => !open),
      transfer: () => setTransfer((open) => !open),
      park,
      giveBack,
      hangUp,
    }),
  );
  useHeadset({ mute: work.calling || work.retrieving ? undefined : mute, hangUp }, work.muted);
  if (work.calling) return <RingingBar work={work} give={hangUp} what={t("call.calling")} />;
  if (work.retrieving) return <RingingBar work={work} give={hangUp} what={t("call.retrieving")} />;
  return (
    <>
      <div className={`call-bar ${work.held ? "held" : ""}`}>
        <div className="grow">
          <div className="call-timer num">
            <Elapsed from={work.since} />
          </div>
        </div>
        <Tool
          icon={work.muted ? MicOff : Mic}
          name={work.muted ? t("call.unmute") : t("call.mute")}
          hotkey="M"
          on={work.muted}
          press={mute}
        />
        <Tool
          icon={work.held ? Play : Pause}
          name={work.held ? t("call.resume") : t("call.hold")}
          hotkey="H"
          on={work.held}
          press={hold}
        />
        <Tool
          icon={work.recorded ? CircleStop : CircleDot}
          name={work.recorded ? t("call.pause_recording") : t("call.record")}
          hotkey="R"
          on={work.recorded}
          press={record}
        />
        <Popover
          open={keypad}
          onOpenChange={setKeypad}
          trigger="click"
          content={<Keypad press={(digits) => verbs.mutate({ verb: "digits", digits })} />}
        >
          <span>
            <Tool icon={Grid3x3} name={t("call.keypad")} hotkey="K" on={keypad} />
          </span>
        </Popover>
        <Popover
          open={transfer}
          onOpenChange={setTransfer}
          trigger="click"
          placement="bottomRight"
          destroyOnHidden
          content={<TargetBox ask={ask} busy={othersIn(work)} />}
        >
          <span>
            <Tool icon={ArrowRightLeft} name={t("call.transfer")} hotkey="T" on={transfer} />
          </span>
        </Popover>
        <Tool
          icon={SquareParking}
          name={t("call.park")}
          hotkey="Shift P"
          on={false}
          press={park}
          small
        />
        <Tool
          icon={CornerUpLeft}
          name={t("call.give_back")}
          hotkey="Shift Q"
          on={false}
          press={giveBack}
          small
        />
        {work.callback && (
          <Button onClick={() => verbs.mutate({ verb: "not-reached" })}>{t("call.machine")}</Button>
        )}
        <HangUp words={t("call.hang_up")} press={hangUp} />
        <CallCondition work={work} />
      </div>
      <Parties work={work} />
    </>
  );
}

/** Supervisors who attend are nobody whom I brought in. */
const othersIn = (work: Work): boolean => work.parties.some((party) => !attends(party));

/** A phone rings: a called customer's, or mine into a parked call; I can but wait or give up. */
function RingingBar({ work, give, what }: { work: Work; give: () => void; what: string }) {
  const { t } = useTranslation();
  return (
    <div className="call-bar">
      <div className="grow">
        <div className="call-timer num">
          <Elapsed from={work.since} />
        </div>
        <div className="row" role="status">
          <Chip tone="warn">{what}</Chip>
        </div>
      </div>
      <HangUp words={t("call.give_up")} press={give} />
    </div>
  );
}

/** The way out of a call, at the end of its bar. */
export function HangUp({ words, press }: { words: string; press: () => void }) {
  return (
    <Button
      danger
      type="primary"
      size="large"
      className="hang-up"
      icon={<PhoneOff size={16} aria-hidden />}
      onClick={press}
    >
      {words}
    </Button>
  );
}

/** The phone may not be in the ear yet: after a reload, or while the leg is being dialled. */
function CallCondition({ work }: { work: Work }) {
  const { t } = useTranslation();
  const { me, phone, mute } = useDesk();
  const attached = me.device.kind === "sip" || phone.call?.phase === "live";
  return (
    <div className="call-condition">
      <div className="row wrap" role="status">
        {attached ? (
          <Chip tone="ok">{t("call.live")}</Chip>
        ) : (
          <Chip tone="warn">{t("call.attaching")}</Chip>
        )}
        <CallQuality interaction={work.interaction_id} />
        <RecordedChip work={work} />
        {work.held && <Chip tone="warn">{t("call.held")}</Chip>}
        {work.muted && <Chip tone="bad">{t("call.muted")}</Chip>}
        {mute && <Chip tone="bad">{t("refusal.microphone_denied")}</Chip>}
      </div>
      <RecordingVerbs work={work} />
    </div>
  );
}

/** A `small` one says its name in the tooltip alone: so the bar stays one line. */
export function Tool({
  icon: Icon,
  name,
  hotkey,
  on,
  press,
  small = false,
}: {
  icon: LucideIcon;
  name: string;
  hotkey: string;
  on: boolean;
  press?: () => void;
  small?: boolean;
}) {
  return (
    <Tooltip
      title={
        <span className="on-fill">
          {name} <kbd>{hotkey}</kbd>
        </span>
      }
    >
      <button
        type="button"
        className={`tool ${on ? "on" : ""} ${small ? "small" : ""}`}
        aria-pressed={on}
        onClick={press}
      >
        <Icon size={18} aria-hidden />
        <span className={small ? "visually-hidden" : ""}>{name}</span>
      </button>
    </Tooltip>
  );
}
