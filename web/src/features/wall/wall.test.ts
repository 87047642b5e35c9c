import { describe, expect, it } from "vitest";
import type { Wall } from "@/lib/api";
import { heard, levelTone, longest, shownIn, turnsOf, untilTomorrow, waitTone } from "./wall";

const AT = "2026-11-27T10:00:00.000Z";
const TODAY = {
  offered: 4,
  answered: 3,
  abandoned: 1,
  service_level: 0.75,
  within_s: 20,
  formula: "answered_within_20s / offered",
};

const wall: Wall = {
  at: AT,
  since: "2026-11-26T16:00:00Z",
  left_out: 0,
  queues: ["a", "b"].map((queue_id) => ({
    queue_id,
    name: queue_id,
    waiting: 0,
    oldest_at: null,
    ewt_ms: null,
    agents: {},
    callbacks_open: 0,
    written: 0,
    promises_due: 0,
    promises_missed: 2,
    today: TODAY,
  })),
};

const told = {
  queue_id: "b",
  waiting: 2,
  longest_wait_ms: 5_000,
  ewt_ms: 9_000,
  agents: { ready: 1 },
  callbacks_open: 3,
  written: 4,
};

const event = (data: object) => ({ type: "trunkline.queue.live_changed.v1", time: AT, data });

describe("the wall", () => {
  it("follows what is told of a queue, and leaves the others alone", () => {
    const after = heard(wall, event(told));
    expect(after.queues[0]).toBe(wall.queues[0]);
    expect(after.queues[1]).toMatchObject({
      waiting: 2,
      ewt_ms: 9_000,
      callbacks_open: 3,
      written: 4,
    });
    expect(after.queues[1]).toMatchObject({ promises_missed: 2, today: TODAY });
  });

  it("takes the day's figures when they are told", () => {
    const today = { ...TODAY, offered: 5 };
    expect(heard(wall, event({ ...told, today })).queues[1]?.today.offered).toBe(5);
  });

  it("stays the same for what is not on it", () => {
    expect(heard(wall, event({ ...told, queue_id: "c" }))).toBe(wall);
    expect(heard(wall, { ...event(told), type: "trunkline.offer.made.v1" })).toBe(wall);
  });

  it("lets the longest wait run on between events", () => {
    const [, queue] = heard(wall, event(told)).queues;
    expect(queue && longest(queue, Date.parse(AT) + 1_000)).toBe(6_000);
    expect(wall.queues[0] && longest(wall.queues[0], Date.parse(AT))).toBeNull();
  });

  it("shows more queues than fit in turns", () => {
    const rows = [...Array(8).keys()];
    expect(turnsOf(rows)).toBe(2);
    expect(shownIn(rows, 0)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(shownIn(rows, 3)).toEqual([6, 7]);
    expect(shownIn([], 4)).toEqual([]);
  });

  it("tells good from poor by level and wait", () => {
    expect([null, 0.8, 0.79, 0.5].map(levelTone)).toEqual(["plain", "ok", "warn", "bad"]);
    const waits = [null, 20_000, 20_001, 60_001];
    expect(waits.map((wait) => waitTone(wait, TODAY))).toEqual(["plain", "plain", "warn", "bad"]);
  });

  it("asks anew when the tenant's day is over", () => {
    const noon = Date.parse("2026-11-27T04:00:00Z");
    expect(untilTomorrow(wall, noon)).toBe(12 * 3_600_000);
    expect(untilTomorrow(wall, noon + 86_400_000)).toBe(60_000);
  });
});
