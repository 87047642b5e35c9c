import { expect, it } from "vitest";
import type { Segment } from "@/lib/api";
import { layout } from "./timeline";

const T0 = Date.parse("2026-03-01T08:00:00Z");
const at = (s: number) => new Date(T0 + s * 1000).toISOString();
const segment = (kind: Segment["kind"], who: string, from: number, to: number | null): Segment => ({
  id: `${kind}${from}`,
  kind,
  participant: { kind: who, id: who, name: who },
  started_at: at(from),
  ended_at: to === null ? null : at(to),
});

it("gives each participant one lane, in order of appearance", () => {
  const { lanes } = layout(
    [
      segment("flow", "flow", 0, 10),
      segment("talk", "agent", 10, 60),
      segment("hold", "agent", 60, 100),
    ],
    T0,
  );
  expect(lanes.map(({ key, bars }) => [key, bars.length])).toEqual([
    ["flow-flow", 1],
    ["agent-agent", 2],
  ]);
});

it("places bars as parts of the whole", () => {
  const { lanes } = layout([segment("flow", "flow", 0, 25), segment("talk", "agent", 25, 100)], T0);
  expect(lanes[1]?.bars[0]).toMatchObject({ left: 0.25, width: 0.75, ms: 75_000 });
});

it("lets an open segment end now", () => {
  const { lanes, total_ms } = layout([segment("talk", "agent", 0, null)], T0 + 40_000);
  expect([total_ms, lanes[0]?.bars[0]?.open]).toEqual([40_000, true]);
});

it("has a readable number of ticks for any length", () => {
  for (const seconds of [3, 45, 200, 4_000, 90_000]) {
    const { ticks } = layout([segment("talk", "agent", 0, seconds)], T0);
    expect(ticks.length).toBeLessThanOrEqual(9);
    expect(ticks.length).toBeGreaterThan(0);
  }
});

it("tells what was said of a segment, and how often", () => {
  const wrapUp = { ...segment("wrap_up", "agent", 0, 60), detail: "extended 2, overrun" };
  const { lanes } = layout([wrapUp, segment("talk", "agent", 60, 70)], T0);
  expect(lanes[0]?.bars.map(({ details }) => details)).toEqual([
    [{ code: "extended", times: "2" }, { code: "overrun" }],
    [],
  ]);
});
