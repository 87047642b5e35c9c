/** /call: anybody calls a service number from the browser. */

import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { Mic, MicOff, Phone, PhoneOff, PhoneOutgoing } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { useLevel } from "@/lib/devices";
import { useRefusalWords, useWords } from "@/lib/i18n";
import { useSystem } from "@/lib/session";
import { clock, useNow } from "@/lib/time";
import { Keypad } from "@/ui/keypad";
import { Await, Blank, Chip, Meter } from "@/ui/parts";
import "./call.css";
import { useGuestCall } from "./driver";
import type { Guest } from "./machine";
import { GuestShowing, isWide, useGuestShowing } from "./showing";

type Call = ReturnType<typeof useGuestCall>;

export function CallPage() {
  const { t } = useTranslation();
  const call = useGuestCall();
  const [number, setNumber] = useState<string | null>(null);
  const busy = call.state.phase !== "idle" && call.state.phase !== "ended";
  const live = call.state.phase === "live" ? call.state.call : null;
  const showing = useGuestShowing(live);
  useEffect(() => {
    document.title = `${t("call_page.title")} · Trunkline`;
  }, [t]);
  return (
    <main className="guest">
      <div className={`guest-card ${isWide(showing) ? "wide" : ""}`}>
        <div className="row">
          <img src="/mark.svg" width={32} height={32} alt="" />
          <h1>{t("call_page.title")}</h1>
        </div>
        <TelephonyWarning />
        {busy ? (
          <div className="guest-live">
            {live && <GuestShowing call={live} handle={showing} />}
            <InCall call={call} number={number} />
          </div>
        ) : (
          <Choice call={call} number={number} choose={setNumber} />
        )}
      </div>
    </main>
  );
}

function TelephonyWarning() {
  const { t } = useTranslation();
  const { data } = useSystem();
  if (!data || data.telephony.ready) return null;
  return (
    <p className="chip bad tall">
      {t("banner.telephony")} {data.telephony.remedy && <code>{data.telephony.remedy}</code>}
    </p>
  );
}

function Choice({
  call,
  number,
  choose,
}: {
  call: Call;
  number: string | null;
  choose: (number: string) => void;
}) {
  const { t } = useTranslation();
  const words = useWords();
  const [caller, setCaller] = useState("");
  const query = useQuery({
    queryKey: ["guest-numbers"],
    queryFn: () => unwrap(api.GET("/guest/numbers")),
  });
  return (
    <Await query={query}>
      {({ items }) => {
        const picked = number ?? items[0]?.number ?? null;
        if (picked === null) return <Blank icon={PhoneOff} title={t("call_page.no_numbers")} />;
        return (
          <>
            <fieldset className="bare numbers">
              <legend className="muted">{t("call_page.choose")}</legend>
              {items.map((one) => (
                <label key={one.number} className={`number ${one.number === picked ? "on" : ""}`}>
                  <input
                    type="radio"
                    name="number"
                    value={one.number}
                    checked={one.number === picked}
                    onChange={() => choose(one.number)}
                  />
                  <span className="strong num">{one.number}</span>
                  <span>{words(one.name)}</span>
                </label>
              ))}
            </fieldset>
            <Caller value={caller} change={setCaller} />
            <LastCall state={call.state} />
            <Button
              type="primary"
              size="large"
              block
              className="accept"
              icon={<Phone size={16} aria-hidden />}
              onClick={() => {
                choose(picked);
                call.send({ type: "call", number: picked, ...(caller ? { caller } : {}) });
              }}
            >
              {t("call_page.call", { number: picked })}
            </Button>
            <p className="muted">{t("call_page.microphone")}</p>
          </>
        );
      }}
    </Await>
  );
}

/** In the demo a call can come from any number, so that a known customer calls. */
function Caller({ value, change }: { value: string; change: (number: string) => void }) {
  const { t } = useTranslation();
  const { data: system } = useSystem();
  if (!system?.demo) return null;
  return (
    <Input
      inputMode="tel"
      value={value}
      onChange={(event) => change(event.target.value.replace(/[^+0-9]/g, ""))}
      placeholder={t("call_page.caller_hint")}
      aria-label={t("call_page.caller")}
      prefix={<span className="muted">{t("call_page.caller")}</span>}
      allowClear
    />
  );
}

const QUIET = new Set(["hung_up", "Terminated", "Canceled"]);

function LastCall({ state }: { state: Guest }) {
  const { t } = useTranslation();
  const say = useRefusalWords();
  if (state.phase !== "ended") return null;
  const quiet = state.cause === null || QUIET.has(state.cause);
  return (
    <p role="status" className={quiet ? "chip" : "chip bad tall"}>
      {quiet ? t("call_page.ended") : t("call_page.failed", { why: say(state.cause ?? "failed") })}
    </p>
  );
}

function InCall({ call, number }: { call: Call; number: string | null }) {
  const { t } = useTranslation();
  const { state, send, heard } = call;
  const level = useLevel(heard);
  const live = state.phase === "live";
  return (
    <div className="stack in-call">
      <div className="stack" style={{ alignItems: "center", gap: 4 }}>
        <PhoneOutgoing size={20} aria-hidden />
        <span className="guest-number num">{number}</span>
        <span role="status" className="muted">
          {live ? (
            <Timer from={state.since ?? 0} />
          ) : (
            t(`call_page.${state.phase as "asking" | "connecting" | "ringing"}`)
          )}
        </span>
        {state.muted && <Chip tone="bad">{t("call.muted")}</Chip>}
      </div>
      <div>
        <h3>{t("call_page.heard")}</h3>
        <Meter level={level} label={t("call_page.heard")} />
      </div>
      <Keypad press={(digit) => send({ type: "digit", digit })} />
      <div className="row">
        <Button
          size="large"
          className="grow"
          disabled={!live}
          icon={state.muted ? <MicOff size={16} aria-hidden /> : <Mic size={16} aria-hidden />}
          onClick={() => send({ type: "mute", on: !state.muted })}
        >
          {state.muted ? t("call.unmute") : t("call.mute")}
        </Button>
        <Button
          danger
          type="primary"
          size="large"
          className="grow hang-up"
          icon={<PhoneOff size={16} aria-hidden />}
          onClick={() => send({ type: "hang_up" })}
        >
          {t("call.hang_up")}
        </Button>
      </div>
    </div>
  );
}

function Timer({ from }: { from: number }) {
  const now = useNow(500);
  return <span className="num">{clock(now - from)}</span>;
}
