import { expect, it } from "vitest";
import {
  type Effect,
  type Event,
  idle,
  type Part,
  type Showing,
  type Side,
  type Stage,
  showing,
} from "./state";

const told = (round: number, parts: Partial<Record<Part, Stage>>, peer = true): Event => ({
  type: "told",
  told: {
    type: "state",
    round,
    parts: { video: "none", screen: "none", ...parts },
    peer,
    camera: false,
  },
});
const welcome = (side: Side): Event => ({ type: "told", told: { type: "welcome", side, ice: [] } });

function play(side: Side, ...events: Event[]): [Showing, Effect[]] {
  let state = idle(side);
  let last: readonly Effect[] = [];
  for (const event of [welcome(side), ...events]) [state, last] = showing(state, event);
  return [state, [...last]];
}

const kinds = (effects: Effect[]) => effects.map(({ type }) => type);

it("captures only what the server says is agreed", () => {
  expect(play("customer", told(1, { screen: "asked" }))[1]).toEqual([]);
  const agree: Event = { type: "wish", deed: "agree", part: "screen" };
  expect(kinds(play("customer", told(1, { screen: "asked" }), agree)[1])).toEqual(["say"]);
  expect(kinds(play("customer", told(1, { screen: "agreed" }))[1])).toEqual(["capture", "connect"]);
  expect(play("agent", told(1, { screen: "agreed" }))[1]).toEqual([
    { type: "connect", round: 1, offers: false },
  ]);
});

it("stops what was withdrawn, and closes the connection when nothing is left", () => {
  const [state, effects] = play(
    "customer",
    told(1, { screen: "agreed" }),
    { type: "captured", part: "screen" },
    told(1, { screen: "shown" }),
    told(2, {}),
  );
  expect(kinds(effects)).toEqual(["stop", "disconnect"]);
  expect([state.captures, state.connected]).toEqual([[], null]);
});

it("stops at once what the browser gave after the yes was taken back", () => {
  const captured: Event = { type: "captured", part: "video" };
  expect(play("customer", told(1, { video: "agreed" }), told(2, {}), captured)[1]).toEqual([
    { type: "stop", part: "video" },
  ]);
});

it("withdraws when the browser's own bar ends the sharing", () => {
  const [state, effects] = play(
    "customer",
    told(1, { screen: "agreed" }),
    { type: "captured", part: "screen" },
    { type: "capture.ended", part: "screen" },
  );
  expect(state.captures).toEqual([]);
  expect(kinds(effects)).toEqual(["stop", "say"]);
});

it("connects anew in another round and not twice in one", () => {
  const shown = told(1, { video: "shown" });
  expect(kinds(play("agent", shown, shown)[1])).toEqual([]);
  expect(kinds(play("agent", shown, told(2, { video: "shown" }))[1])).toEqual(["connect"]);
  expect(kinds(play("agent", told(1, { video: "shown" }, false))[1])).toEqual([]);
});

it("a page that came anew lets go of what it no longer captures", () => {
  expect(play("customer", told(4, { screen: "shown" }))[1][0]).toEqual({
    type: "say",
    message: { type: "deed", deed: "withdraw", part: "screen" },
  });
});

it("hears signals of its own connection only", () => {
  const signal = (round: number): Event => ({
    type: "told",
    told: { type: "signal", round, candidate: { candidate: "" } },
  });
  expect(kinds(play("agent", told(3, { video: "agreed" }), signal(3))[1])).toEqual(["signal"]);
  expect(kinds(play("agent", told(3, { video: "agreed" }), signal(2))[1])).toEqual([]);
  expect(kinds(play("agent", signal(0))[1])).toEqual([]);
});

it("tells the server why nothing can be captured", () => {
  const failed: Event = { type: "capture.failed", part: "video", cause: "denied" };
  const [state, effects] = play("customer", told(1, { video: "agreed" }), failed);
  expect(state.trouble).toBe("denied");
  expect(effects).toEqual([
    { type: "say", message: { type: "deed", deed: "fail", part: "video", cause: "denied" } },
  ]);
});
