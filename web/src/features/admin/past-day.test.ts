import { expect, it } from "vitest";
import { before, bounds, today } from "./past-day";

it("a day is the zone's, not the browser's", () => {
  expect(bounds("2026-11-26", "Asia/Shanghai")).toEqual({
    from: "2026-11-25T16:00:00.000Z",
    to: "2026-11-26T16:00:00.000Z",
  });
  expect(bounds("2026-11-26", "Pacific/Kiritimati").from).toBe("2026-11-25T10:00:00.000Z");
  expect(bounds("2026-11-26", "Pacific/Niue").from).toBe("2026-11-26T11:00:00.000Z");
});

it("a day on which the clock changes is shorter or longer", () => {
  expect(bounds("2026-03-29", "Europe/Berlin")).toEqual({
    from: "2026-03-28T23:00:00.000Z",
    to: "2026-03-29T22:00:00.000Z",
  });
  expect(bounds("2026-10-25", "Europe/Berlin").to).toBe("2026-10-25T23:00:00.000Z");
});

it("where midnight is left out, the day begins at the first moment there is", () => {
  expect(bounds("2026-04-24", "Africa/Cairo").from).toBe("2026-04-23T22:00:00.000Z");
});

it("knows which date it is at both ends of the earth", () => {
  const noon = Date.parse("2026-11-26T12:00:00Z");
  expect(today("Pacific/Kiritimati", noon)).toBe("2026-11-27");
  expect(today("Pacific/Niue", noon)).toBe("2026-11-26");
  expect(before("2026-03-01", 1)).toBe("2026-02-28");
});
