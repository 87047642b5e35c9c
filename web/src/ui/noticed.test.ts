import { describe, expect, it } from "vitest";
import type { Promised } from "@/lib/api";
import { nameOf, noticed, noticeOf } from "./noticed";

const AT = "2026-11-27T10:00:00Z";

function promised(given: Partial<Promised>): Promised {
  return {
    id: "one",
    kind: "appointment",
    state: "open",
    channel: "voice",
    due_at: AT,
    overdue: false,
    version: 1,
    ...given,
  };
}

describe("a notice of a promise", () => {
  it("is none before anything fell due", () => {
    expect(noticeOf(promised({}))).toBeNull();
  });

  it("is the last thing that happened", () => {
    expect(noticeOf(promised({ reminded_day_at: AT }))).toBe("day");
    expect(noticeOf(promised({ reminded_day_at: AT, reminded_hour_at: AT }))).toBe("hour");
    expect(noticeOf(promised({ reminded_hour_at: AT, overdue: true }))).toBe("due");
  });

  it("is over when somebody has begun", () => {
    expect(noticeOf(promised({ state: "begun", overdue: true }))).toBeNull();
  });

  it("is shown until it was seen, and the next one again", () => {
    const day = promised({ reminded_day_at: AT });
    const hour = promised({ reminded_day_at: AT, reminded_hour_at: AT });
    expect(noticed([day], [])).toEqual([day]);
    expect(noticed([day], [nameOf(day)])).toEqual([]);
    expect(noticed([hour], [nameOf(day)])).toEqual([hour]);
  });
});
