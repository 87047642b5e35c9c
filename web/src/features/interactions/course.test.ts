import { expect, test } from "vitest";
import { tone } from "@/lib/mos";
import { course } from "./course";

const at = (second: number) => new Date(second * 1000).toISOString();

test("the best and the worst stand at the edges of the box", () => {
  const points = [
    { at: at(5), mos: 4.5 },
    { at: at(10), mos: 1 },
  ];
  expect(course(points, 100, 30)).toBe("0.0,2.0 100.0,28.0");
});

test("a lone point is a level line, and none is nothing", () => {
  expect(course([{ at: at(5), mos: 4.5 }], 100, 30)).toBe("0,2.0 100,2.0");
  expect(course([], 100, 30)).toBe("");
});

test("a talk is good, fair or poor", () => {
  expect([4.4, 3.8, 2.1].map(tone)).toEqual(["ok", "warn", "bad"]);
});
