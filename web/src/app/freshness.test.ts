import { expect, it } from "vitest";
import { staleAfter } from "./freshness";

it("an interaction's news makes its page and the lists stale", () => {
  const keys = staleAfter({
    type: "trunkline.interaction.ended.v1",
    data: { interaction_id: "i1" },
  });
  expect(keys).toContainEqual(["interaction", "i1"]);
  expect(keys).toContainEqual(["interactions"]);
});

it("the end of a wrap-up makes stale what is left unfinished", () => {
  const keys = staleAfter({ type: "trunkline.interaction.wrapped_up.v1", data: {} });
  expect(keys).toContainEqual(["unfinished"]);
});

it("a callback's news makes its lists stale: who is to be called, and who hung up", () => {
  const keys = staleAfter({ type: "trunkline.callback.tried.v1", data: {} });
  expect(keys).toEqual([["callbacks"], ["abandoned"], ["promises"]]);
});

it("live figures make only their own queue stale", () => {
  const event = { type: "trunkline.queue.live_changed.v1", data: { queue_id: "q1" } };
  expect(staleAfter(event)).toEqual([["queue-live", "q1"]]);
});

it("what the stream does not tell of the wall makes it stale", () => {
  const of = (type: string) => staleAfter({ type, data: {} });
  expect(of("trunkline.promise.missed.v1")).toContainEqual(["wall"]);
  expect(of("trunkline.queue.updated.v1")).toEqual([["wall"]]);
});

it("unknown news makes nothing stale", () => {
  expect(staleAfter({ type: "trunkline.moon.risen.v1" })).toEqual([]);
});
