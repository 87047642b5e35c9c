import { expect, it } from "vitest";
import { worstNow } from "./worst-now";

const leg = (role: string, began_at: string, ...course: number[]) => ({
  role,
  began_at,
  points: course.map((mos, at) => ({ at: String(at), mos })),
});

it("says how the worse of the two hears now, not how it was", () => {
  expect(worstNow([leg("customer", "1", 2.0, 4.2), leg("agent", "1", 4.4, 3.9)])).toBe(3.9);
});

it("takes the last leg of an agent who came back, and says nothing before a reading", () => {
  expect(worstNow([leg("agent", "1", 2.0), leg("agent", "2", 4.1)])).toBe(4.1);
  expect(worstNow([leg("agent", "1")])).toBeNull();
});
