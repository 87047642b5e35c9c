import { expect, it } from "vitest";
import type { Imported } from "@/lib/api";
import { asLines } from "./user-lines";

const row = { line: 2, username: "ann", display_name: "Ann", role: "agent" };

it("counts lines by what becomes of them, and passes new passwords on", () => {
  const told: Imported = {
    dry_run: false,
    created: 1,
    changed: 0,
    problems: 1,
    rows: [
      { ...row, fate: "created", initial_password: "secret" },
      { ...row, line: 3, fate: "refused", problem: "team_unknown" },
    ],
  };
  const { counts, lines, written } = asLines(told);
  expect(counts).toEqual({ added: 1, refused: 1 });
  expect(lines.map(({ code, password }) => [code, password])).toEqual([
    ["", "secret"],
    ["team_unknown", null],
  ]);
  expect(written).toBe(true);
});
