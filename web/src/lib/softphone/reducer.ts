/**
 * The agent's softphone as a pure machine.
 *
 * Theory of operation. `link` is our registration; `call` the one leg that may exist; `ours` the
 * interaction that the server says this agent has. A leg is answered only when its header names
 * `ours`; one that comes before the server's word is kept unanswered ("unclaimed") while we ask,
 * and refused when the word does not come. The microphone opens with the answer, never before.
 * A page that registers for the first time while its agent is talking was loaded anew: it asks to
 * be rung into the talk again (once: two windows must not take the call from each other for ever),
 * and once more when its connection drops before that leg is live.
 * `muted` is the server's wish: it is put on every leg, also on one that is dialled anew after a
 * reload. A dropped WebSocket leaves a live call alone; media does not pass through it. But its end
 * may not reach us by SIP any more: a leg that was cut from its signalling is let go of when the
 * server says that the talk is over, or when it is dialled anew.
 */

import type { SoftphoneCredentials } from "@/lib/api";
import type { Step } from "@/lib/machine";

export type Link = "off" | "asking" | "connecting" | "registered" | "lost" | "refused";

export interface Leg {
  id: string;
  interaction: string;
  phase: "unclaimed" | "answering" | "live";
  cut: boolean;
}

export interface Phone {
  link: Link;
  reason: string | null;
  ours: string | null;
  talking: boolean;
  muted: boolean;
  fresh: boolean;
  asked: boolean;
  call: Leg | null;
  microphone: "unknown" | "open" | "denied";
}

export type PhoneEvent =
  | { type: "started" }
  | { type: "stopped" }
  | { type: "credentials.given"; credentials: SoftphoneCredentials }
  | { type: "credentials.refused"; code: string }
  | { type: "credentials.due" }
  | { type: "registered" }
  | { type: "registration.failed"; cause: string }
  | { type: "disconnected" }
  | { type: "work.told"; interaction: string | null; talking: boolean; muted: boolean }
  | { type: "invited"; id: string; interaction: string | null }
  | { type: "claim.expired"; id: string }
  | { type: "confirmed"; id: string }
  | { type: "microphone.denied"; id: string }
  | { type: "ended"; id: string; cause: string };

export type PhoneEffect =
  | { type: "credentials.ask" }
  | { type: "credentials.ask_later"; after_ms: number }
  | { type: "register"; credentials: SoftphoneCredentials }
  | { type: "unregister" }
  | { type: "answer"; id: string }
  | { type: "refuse"; id: string }
  | { type: "mute"; id: string; on: boolean }
  | { type: "reattach" }
  | { type: "work.ask" }
  | { type: "claim.wait"; id: string; ms: number };

export const RETRY_MS = 5_000;
export const CLAIM_MS = 4_000;

export const silentPhone: Phone = {
  link: "off",
  reason: null,
  ours: null,
  talking: false,
  muted: false,
  fresh: true,
  asked: false,
  call: null,
  microphone: "unknown",
};

type PhoneStep = Step<Phone, PhoneEffect>;

export function phone(state: Phone, event: PhoneEvent): PhoneStep {
  switch (event.type) {
    case "started":
      if (state.link !== "off" && state.link !== "refused") return [state, []];
      return [{ ...state, link: "asking", reason: null }, [{ type: "credentials.ask" }]];
    case "stopped":
      return [
        { ...silentPhone, ours: state.ours, talking: state.talking },
        [{ type: "unregister" }],
      ];
    case "work.told":
      return told(state, event);
    case "invited":
      return invited(state, event.id, event.interaction);
    case "claim.expired":
    case "confirmed":
    case "microphone.denied":
    case "ended":
      return onLeg(state, event);
    default:
      return state.link === "off" ? [state, []] : onLink(state, event);
  }
}

type LinkEvent = Extract<
  PhoneEvent,
  { type: `credentials.${string}` | "registered" | "registration.failed" | "disconnected" }
>;

function onLink(state: Phone, event: LinkEvent): PhoneStep {
  switch (event.type) {
    case "credentials.given": {
      const link = state.link === "registered" ? "registered" : "connecting";
      return [{ ...state, link }, [{ type: "register", credentials: event.credentials }]];
    }
    case "credentials.refused": {
      const refused: Phone = { ...state, link: "refused", reason: event.code };
      const final = event.code === "device_is_desk_phone";
      return [refused, final ? [] : [{ type: "credentials.ask_later", after_ms: RETRY_MS }]];
    }
    case "credentials.due":
      return [state, [{ type: "credentials.ask" }]];
    case "registered": {
      const lonely = state.fresh && state.talking && state.call?.phase !== "live";
      const asked = state.asked || lonely;
      const next: Phone = { ...state, link: "registered", reason: null, fresh: false, asked };
      return [next, lonely ? [{ type: "reattach" }] : []];
    }
    case "registration.failed": {
      const lost: Phone = { ...state, link: "lost", reason: event.cause };
      return [lost, [{ type: "credentials.ask_later", after_ms: RETRY_MS }]];
    }
    case "disconnected": {
      const call = state.call && { ...state.call, cut: true };
      const fresh = state.fresh || state.asked;
      return [{ ...state, link: "lost", reason: "disconnected", fresh, call }, []];
    }
  }
}

type WorkEvent = Extract<PhoneEvent, { type: "work.told" }>;

function told(state: Phone, { interaction: ours, talking, muted }: WorkEvent): PhoneStep {
  const next: Phone = { ...state, ours, talking, muted, asked: state.asked && talking };
  const { call } = state;
  if (!call) return [next, []];
  if (call.phase === "unclaimed")
    return call.interaction === ours ? answer(next, call) : [next, []];
  if (call.cut && call.interaction !== ours)
    return [{ ...next, call: null }, [{ type: "refuse", id: call.id }]];
  if (muted === state.muted || call.interaction !== ours) return [next, []];
  return [next, [{ type: "mute", id: call.id, on: muted }]];
}

function invited(state: Phone, id: string, interaction: string | null): PhoneStep {
  const { call, ours } = state;
  const other = call !== null && call.interaction !== interaction ? call : null;
  if (interaction === null || other?.interaction === ours) return [state, [{ type: "refuse", id }]];
  // The end of a leg can be lost with its connection: one the server no longer names, or has dialled
  // anew, keeps nobody.
  const stale: PhoneEffect[] = call ? [{ type: "refuse", id: call.id }] : [];
  const leg: Leg = { id, interaction, phase: "unclaimed", cut: false };
  if (interaction === ours) {
    const [next, effects] = answer(state, leg);
    return [next, [...stale, ...effects]];
  }
  const wait: PhoneEffect = { type: "claim.wait", id, ms: CLAIM_MS };
  return [{ ...state, call: leg }, [...stale, { type: "work.ask" }, wait]];
}

/** A second leg of the same interaction is the re-dialled first: it takes the place of the old. */
function answer(state: Phone, leg: Leg): PhoneStep {
  return [{ ...state, call: { ...leg, phase: "answering" } }, [{ type: "answer", id: leg.id }]];
}

type LegEvent = Extract<
  PhoneEvent,
  { type: "claim.expired" | "confirmed" | "microphone.denied" | "ended" }
>;

function onLeg(state: Phone, event: LegEvent): PhoneStep {
  const { call } = state;
  if (call === null || call.id !== event.id) return [state, []];
  switch (event.type) {
    case "claim.expired":
      if (call.phase !== "unclaimed") return [state, []];
      return [{ ...state, call: null }, [{ type: "refuse", id: call.id }]];
    case "confirmed": {
      const leg: Leg = { ...call, phase: "live" };
      const live: Phone = { ...state, call: leg, asked: false, microphone: "open" };
      return [live, state.muted ? [{ type: "mute", id: call.id, on: true }] : []];
    }
    case "microphone.denied":
      return [{ ...state, call: null, microphone: "denied" }, []];
    case "ended":
      return [{ ...state, call: null }, []];
  }
}

/** Can this phone be rung now? */
export const reachable = (state: Phone): boolean => state.link === "registered";
