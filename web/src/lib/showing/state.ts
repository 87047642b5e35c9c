/**
 * What a page knows of a showing, and what follows from it: a pure reducer for both sides.
 *
 * The server holds the consent; a page captures only what the server says is agreed, and stops what
 * it says is not. The customer's page offers the connection and the agent's answers; another `round`
 * is another connection. A page that came anew has captured nothing, so it lets go of what stood.
 */

import type { Step } from "@/lib/machine";

export type Part = "video" | "screen";
export type Side = "customer" | "agent";
export type Stage = "none" | "asked" | "agreed" | "shown";
export type Failure = "denied" | "cancelled" | "no_device" | "device_failed" | "stopped_by_browser";
export type Deed = "ask" | "take_back" | "agree" | "refuse" | "begin" | "fail" | "withdraw";

export const PARTS: readonly Part[] = ["video", "screen"];

export interface SentFile {
  id: string;
  name: string | null;
  media_type: string;
  size_bytes: number;
  by: Side;
  at: string;
}

export type Told =
  | { type: "welcome"; side: Side; ice: RTCIceServer[] }
  | {
      type: "state";
      round: number;
      parts: Record<Part, Stage>;
      peer: boolean;
      camera: boolean;
    }
  | { type: "refused"; code: string; part: Part }
  | { type: "file"; file: SentFile }
  | { type: "signal"; round: number; description?: RTCSessionDescriptionInit; candidate?: Ice }
  | { type: "ping" };

/** A candidate as it stands on the wire. */
export interface Ice {
  candidate: string;
  sdp_mid?: string | null;
  sdp_m_line_index?: number | null;
  username_fragment?: string | null;
}

export interface Showing {
  side: Side;
  /** Whether the line to the server is open. */
  line: boolean;
  round: number;
  parts: Record<Part, Stage>;
  /** Whether the other page is there. */
  peer: boolean;
  /** Whether the agent's camera is on. */
  camera: boolean;
  ice: RTCIceServer[];
  /** What this page captures now. */
  captures: readonly Part[];
  /** The round of the connection that stands. */
  connected: number | null;
  files: readonly SentFile[];
  /** Why the last wish came to nothing. */
  trouble: string | null;
}

export type Event =
  | { type: "told"; told: Told }
  | { type: "lost" }
  | { type: "left" }
  | { type: "wish"; deed: Deed; part: Part }
  | { type: "camera"; on: boolean }
  | { type: "captured"; part: Part }
  | { type: "capture.failed"; part: Part; cause: Failure }
  | { type: "capture.ended"; part: Part }
  | { type: "trouble"; code: string | null };

export type Effect =
  | { type: "say"; message: Record<string, unknown> }
  | { type: "capture"; part: Part }
  | { type: "stop"; part: Part }
  | { type: "connect"; round: number; offers: boolean }
  | { type: "disconnect" }
  | { type: "signal"; description?: RTCSessionDescriptionInit; candidate?: Ice }
  | { type: "camera"; on: boolean };

export const idle = (side: Side): Showing => ({
  side,
  line: false,
  round: 0,
  parts: { video: "none", screen: "none" },
  peer: false,
  camera: false,
  ice: [],
  captures: [],
  connected: null,
  files: [],
  trouble: null,
});

const stands = (stage: Stage) => stage === "agreed" || stage === "shown";
export const connects = ({ parts }: Showing): boolean => PARTS.some((part) => stands(parts[part]));

const say = (deed: Deed, part: Part, cause?: Failure): Effect => ({
  type: "say",
  message: { type: "deed", deed, part, ...(cause ? { cause } : {}) },
});

export function showing(state: Showing, event: Event): Step<Showing, Effect> {
  switch (event.type) {
    case "told":
      return hear(state, event.told);
    case "lost":
      // What is shown goes on for a moment: the line comes again, or the server ends it.
      return [{ ...state, line: false, peer: false }, []];
    case "left":
      return [idle(state.side), []];
    case "wish":
      return [{ ...state, trouble: null }, state.line ? [say(event.deed, event.part)] : []];
    case "camera": {
      const on = event.on && connects(state);
      const message = { type: "camera", on };
      return [
        state,
        [
          { type: "camera", on },
          { type: "say", message },
        ],
      ];
    }
    case "captured":
      return captured(state, event.part);
    case "capture.failed":
      return [{ ...state, trouble: event.cause }, [say("fail", event.part, event.cause)]];
    case "capture.ended":
      return [
        without(state, event.part),
        state.captures.includes(event.part)
          ? [{ type: "stop", part: event.part }, say("withdraw", event.part, "stopped_by_browser")]
          : [],
      ];
    case "trouble":
      return [{ ...state, trouble: event.code }, []];
  }
}

function hear(state: Showing, told: Told): Step<Showing, Effect> {
  switch (told.type) {
    case "welcome":
      return [{ ...state, line: true, ice: told.ice }, []];
    case "refused":
      return [{ ...state, trouble: told.code }, []];
    case "file":
      return [{ ...state, files: [...state.files, told.file] }, []];
    case "signal": {
      const { description, candidate } = told;
      const now = told.round === state.connected;
      return [state, now ? [{ type: "signal", description, candidate }] : []];
    }
    case "state": {
      const { round, parts, peer, camera } = told;
      return follow(state, { ...state, round, parts, peer, camera });
    }
    case "ping":
      return [state, []];
  }
}

/** The server says how it stands. */
function follow(before: Showing, state: Showing): Step<Showing, Effect> {
  const effects: Effect[] = [];
  let next = state;
  if (state.side === "customer") {
    for (const part of PARTS) {
      const has = state.captures.includes(part);
      const stage = state.parts[part];
      if (has && !stands(stage)) {
        effects.push({ type: "stop", part });
        next = without(next, part);
      } else if (!has && stage === "agreed" && before.parts[part] !== "agreed")
        effects.push({ type: "capture", part });
      else if (!has && stage === "shown") effects.push(say("withdraw", part));
    }
  }
  return connection(before, next, effects);
}

function connection(before: Showing, state: Showing, effects: Effect[]): Step<Showing, Effect> {
  if (!connects(state)) {
    if (state.connected === null) return [state, effects];
    const camera: Effect[] = before.camera ? [{ type: "camera", on: false }] : [];
    return [{ ...state, connected: null }, [...effects, ...camera, { type: "disconnect" }]];
  }
  if (!state.peer || state.connected === state.round) return [state, effects];
  const offers = state.side === "customer";
  return [
    { ...state, connected: state.round },
    [...effects, { type: "connect", round: state.round, offers }],
  ];
}

function captured(state: Showing, part: Part): Step<Showing, Effect> {
  // The yes may have been taken back while the browser asked.
  if (!stands(state.parts[part])) return [state, [{ type: "stop", part }]];
  return [{ ...state, captures: [...state.captures, part], trouble: null }, [say("begin", part)]];
}

const without = (state: Showing, part: Part): Showing => ({
  ...state,
  captures: state.captures.filter((one) => one !== part),
});
