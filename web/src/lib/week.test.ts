import { expect, it } from "vitest";
import { intervals, typedWeek, weekly } from "./week";

it("reads several intervals of a day", () => {
  expect(intervals("9:00-12:00, 13:30-18:00")).toEqual([
    { opens: "09:00", closes: "12:00" },
    { opens: "13:30", closes: "18:00" },
  ]);
});

it("an empty day is closed", () => {
  expect(intervals("")).toEqual([]);
});

it("says when a day cannot be read", () => {
  for (const text of ["nine to five", "25:00-26:00", "09:00-24:30", "09:61-10:00"])
    expect(intervals(text)).toBeNull();
});

it("a day may end at midnight", () => {
  expect(intervals("0:00-24:00")).toEqual([{ opens: "00:00", closes: "24:00" }]);
});

it("numbers the days from Monday", () => {
  expect(weekly(["9:00-17:00", "", "10:00-16:00"]).map(({ day }) => day)).toEqual([0, 2]);
});

it("what is typed comes back as it was", () => {
  const days = ["09:00-12:00, 13:30-18:00", "", "", "", "", "", "22:00-06:00"];
  expect(typedWeek(weekly(days))).toEqual(days);
});
