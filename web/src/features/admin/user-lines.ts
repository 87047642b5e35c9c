/** What became of pasted users, told as lines like those of every other file. */

import type { Imported, LineFate } from "@/lib/api";
import type { Answered } from "./lines";

const FATE: Record<Imported["rows"][number]["fate"], LineFate> = {
  created: "added",
  changed: "changed",
  unchanged: "unchanged",
  refused: "refused",
};

export function asLines({ dry_run, created, changed, rows }: Imported) {
  const lines: Answered[] = rows.map((row) => ({
    line: row.line,
    name: row.username,
    part: "",
    fate: FATE[row.fate],
    code: row.problem ?? "",
    detail: "",
    password: row.initial_password ?? null,
  }));
  const counts: Record<string, number> = {};
  for (const { fate } of lines) counts[fate] = (counts[fate] ?? 0) + 1;
  return { dry_run, written: created + changed > 0, version: 0, counts, lines };
}
