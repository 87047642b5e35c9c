import { expect, it } from "vitest";
import { missOf } from "./standing";

it("knows a call that was not answered as a miss", () => {
  expect(missOf({ state: "not_ready", state_reason: "no_answer" })).toBe("no_answer");
});

it("knows a desk that was lost as a miss, though the agent is offline", () => {
  expect(missOf({ state: "offline", state_reason: "desk_lost" })).toBe("desk_lost");
});

it("leaves the agent's own reasons alone", () => {
  expect(missOf({ state: "not_ready", state_reason: "lunch" })).toBeNull();
});

it("is over as soon as the agent is ready", () => {
  expect(missOf({ state: "ready", state_reason: "no_answer" })).toBeNull();
});
