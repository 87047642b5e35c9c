import { expect, test } from "vitest";
import { type Choice, called, choices, mayBe } from "./targets";

const colleague = (id: string, can_come = true) => ({
  id,
  name: id,
  username: id,
  extension: null,
  team: null,
  state: "ready" as const,
  reason: null,
  since: null,
  can_come,
  skills: {},
});
const queue = (id: string, free: number) => ({
  id,
  name: id,
  display: { zh: id, en: id },
  open: true,
  waiting: 0,
  ewt_ms: null,
  free,
  skills_required: {},
});
const found = {
  colleagues: [colleague("a"), colleague("b")],
  queues: [queue("q", 0)],
  more: false,
};

test("favourites come first, then as the server has them, then the typed number", () => {
  expect(choices(found, "+86 138-0000", ["queue-q"]).map(({ key }) => key)).toEqual([
    "queue-q",
    "agent-a",
    "agent-b",
    "number",
  ]);
  expect(choices(undefined, "ab", [])).toEqual([]);
});

test("a queue takes a customer, but nobody is consulted where nobody is free", () => {
  const [choice] = choices(found, "", ["queue-q"]) as [Choice];
  expect([mayBe("transfer", choice), mayBe("consult", choice)]).toEqual([true, false]);
  const [away] = choices({ ...found, colleagues: [colleague("a", false)] }, "", []) as [Choice];
  expect(mayBe("transfer", away)).toBe(false);
});

test("whose extension was typed is called, though others fit too", () => {
  const both = { ...found, colleagues: [colleague("80"), { ...colleague("b"), extension: "80" }] };
  expect(called(both, " 80 ").map(({ id }) => id)).toEqual(["b"]);
  expect(called(both, "8").map(({ id }) => id)).toEqual(["80", "b"]);
  expect(called(undefined, "80")).toEqual([]);
});
