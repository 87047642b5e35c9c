import { expect, it } from "vitest";
import { changedRows, grantedBy, levelOf, withLevel, withPasted } from "./skills-grid";

const USERS = ["ann", "bob", "eve"];
const SKILLS = ["billing", "router", "vip"];
const GRID = { ann: { router: 3 }, bob: {}, eve: { vip: 1 } };

it("takes 1 to 5 for a level and nothing else", () => {
  expect(["1", " 5 ", "0", "6", "2.5", "x", ""].map(levelOf)).toEqual([
    1,
    5,
    null,
    null,
    null,
    null,
    null,
  ]);
});

it("lays what was copied from a spreadsheet over the grid, and no further", () => {
  const next = withPasted(GRID, USERS, SKILLS, { row: 1, column: 1 }, "2\t4\t5\r\n\t\r\n9\t9\r\n");
  expect(next).toEqual({ ann: { router: 3 }, bob: { router: 2, vip: 4 }, eve: {} });
});

it("sends only the rows that differ, whole", () => {
  const next = withLevel(withLevel(GRID, "ann", "vip", 2), "eve", "vip", 1);
  expect(changedRows(GRID, next)).toEqual({ ann: { router: 3, vip: 2 } });
});

it("a skill that two sets give has the better level", () => {
  const sets: { id: string; skills: Record<string, number> }[] = [
    { id: "a", skills: { claims: 2, vip: 1 } },
    { id: "b", skills: { claims: 4 } },
  ];
  const ann = { username: "ann", skill_sets: [{ id: "a" }, { id: "b" }, { id: "gone" }] };
  const bob = { username: "bob", skill_sets: [] };
  expect(grantedBy([ann, bob], sets)).toEqual({ ann: { claims: 4, vip: 1 }, bob: {} });
});
