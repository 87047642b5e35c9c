import { expect, it } from "vitest";
import { type Guest, type GuestEffect, type GuestEvent, guest, idleGuest } from "./machine";

const call = {
  account: "guest1",
  secret: "s",
  signalling: "sip" as const,
  realm: "trunkline",
  ws_path: "/sip",
  expires_at: "2026-01-01T00:00:00Z",
  target: "sip:4001@trunkline",
  token: "t",
};
const line = (news: Extract<GuestEvent, { type: "line" }>["news"]): GuestEvent => ({
  type: "line",
  news,
  now: 1000,
});

function play(...events: GuestEvent[]): [Guest, GuestEffect[]] {
  let state = idleGuest;
  let effects: readonly GuestEffect[] = [];
  for (const event of events) [state, effects] = guest(state, event);
  return [state, [...effects]];
}

const begun: GuestEvent[] = [
  { type: "call", number: "4001" },
  { type: "granted", call },
  line({ type: "connected" }),
];
const live: GuestEvent[] = [...begun, line({ type: "confirmed", id: "l" })];

it("asks, opens the line and calls the target", () => {
  expect(play({ type: "call", number: "4001" })[1]).toEqual([{ type: "ask", number: "4001" }]);
  expect(play(...begun)[1]).toEqual([{ type: "invite", target: "sip:4001@trunkline" }]);
});

it("counts the time from the answer", () => {
  const [state] = play(...live);
  expect([state.phase, state.since]).toEqual(["live", 1000]);
});

it("sends digits only into a live call", () => {
  const digit: GuestEvent = { type: "digit", digit: "1" };
  expect(play(...begun, digit)[1]).toEqual([]);
  expect(play(...live, digit)[1]).toEqual([{ type: "digit", leg: "l", digit: "1" }]);
});

it("hanging up ends the leg and closes the line", () => {
  const [state, effects] = play(...live, { type: "hang_up" });
  expect(state.phase).toBe("ended");
  expect(effects).toEqual([{ type: "end", leg: "l" }, { type: "close" }]);
});

it("hanging up before the server's word calls nobody", () => {
  const [state, effects] = play(
    { type: "call", number: "1" },
    { type: "hang_up" },
    { type: "granted", call },
  );
  expect([state.phase, effects]).toEqual(["ended", []]);
});

it("a dropped WebSocket ends a call that has not begun, and leaves a live one alone", () => {
  const dropped = line({ type: "disconnected" });
  const early = play({ type: "call", number: "1" }, { type: "granted", call }, dropped);
  expect(early[0].cause).toBe("unreachable");
  expect(play(...live, dropped)[0].phase).toBe("live");
});

it("a refusal says why", () => {
  const [state] = play({ type: "call", number: "1" }, { type: "refused", code: "overload" });
  expect([state.phase, state.cause]).toEqual(["ended", "overload"]);
});
