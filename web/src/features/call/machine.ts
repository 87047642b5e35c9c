/**
 * A guest's call as a pure machine: asked for, connecting, ringing, live, ended.
 *
 * The account is lent for one call. The server's word comes first, then the WebSocket, then the
 * INVITE; a hang-up at any of these moments leaves nothing behind.
 */

import type { GuestCall } from "@/lib/api";
import type { Step } from "@/lib/machine";
import type { LineEvent } from "@/lib/softphone";

export interface Guest {
  phase: "idle" | "asking" | "connecting" | "ringing" | "live" | "ended";
  call: GuestCall | null;
  leg: string | null;
  since: number | null;
  cause: string | null;
  muted: boolean;
}

export type GuestEvent =
  | { type: "call"; number: string; caller?: string }
  | { type: "granted"; call: GuestCall }
  | { type: "refused"; code: string }
  | { type: "hang_up" }
  | { type: "mute"; on: boolean }
  | { type: "digit"; digit: string }
  | { type: "line"; news: LineEvent; now: number };

export type GuestEffect =
  | { type: "ask"; number: string; caller?: string }
  | { type: "open"; call: GuestCall }
  | { type: "invite"; target: string }
  | { type: "end"; leg: string }
  | { type: "mute"; leg: string; on: boolean }
  | { type: "digit"; leg: string; digit: string }
  | { type: "close" };

export const idleGuest: Guest = {
  phase: "idle",
  call: null,
  leg: null,
  since: null,
  cause: null,
  muted: false,
};

type GuestStep = Step<Guest, GuestEffect>;

const busy = (state: Guest) => state.phase !== "idle" && state.phase !== "ended";

export function guest(state: Guest, event: GuestEvent): GuestStep {
  switch (event.type) {
    case "call":
      if (busy(state)) return [state, []];
      return [{ ...idleGuest, phase: "asking" }, [{ ...event, type: "ask" }]];
    case "granted":
      if (state.phase !== "asking") return [state, []];
      return [
        { ...state, phase: "connecting", call: event.call },
        [{ type: "open", call: event.call }],
      ];
    case "refused":
      return busy(state) ? ended(state, event.code) : [state, []];
    case "hang_up":
      return hangUp(state);
    case "mute":
      if (!state.leg) return [state, []];
      return [{ ...state, muted: event.on }, [{ type: "mute", leg: state.leg, on: event.on }]];
    case "digit": {
      const { leg, phase } = state;
      return [state, leg && phase === "live" ? [{ type: "digit", leg, digit: event.digit }] : []];
    }
    case "line":
      return onLine(state, event.news, event.now);
  }
}

function onLine(state: Guest, news: LineEvent, now: number): GuestStep {
  switch (news.type) {
    case "connected":
      if (state.phase !== "connecting" || state.call === null || state.leg) return [state, []];
      return [state, [{ type: "invite", target: state.call.target }]];
    case "progress":
      return [busy(state) ? { ...state, phase: "ringing", leg: news.id } : state, []];
    case "confirmed":
      if (!busy(state)) return [state, []];
      return [{ ...state, phase: "live", leg: news.id, since: now }, []];
    case "microphone.denied":
      return busy(state) ? ended(state, "microphone_denied") : [state, []];
    case "ended":
      return busy(state) ? ended(state, news.cause) : [state, []];
    case "disconnected":
      // A live call outlives its WebSocket; one that has not begun does not.
      return state.phase === "connecting" ? ended(state, "unreachable") : [state, []];
    default:
      return [state, []];
  }
}

function hangUp(state: Guest): GuestStep {
  if (!busy(state)) return [state, []];
  const [next, effects] = ended(state, "hung_up");
  return [next, state.leg ? [{ type: "end", leg: state.leg }, ...effects] : effects];
}

function ended(state: Guest, cause: string): GuestStep {
  return [{ ...state, phase: "ended", leg: null, cause, muted: false }, [{ type: "close" }]];
}
