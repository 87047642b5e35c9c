/** Which of one's own promises are worth a notice at the desk, and which notice it is. Pure. */

import type { Promised } from "@/lib/api";

export type Notice = "day" | "hour" | "due";

/** The last thing that happened with a promise that nobody has begun; null while nothing has. */
export function noticeOf(row: Promised): Notice | null {
  if (row.state !== "open") return null;
  if (row.overdue) return "due";
  if (row.reminded_hour_at) return "hour";
  return row.reminded_day_at ? "day" : null;
}

/** One notice of one promise: who has seen the day's is told of the hour's all the same. */
export const nameOf = (row: Promised): string => `${row.id}:${noticeOf(row)}`;

export function noticed(rows: Promised[], seen: readonly string[]): Promised[] {
  return rows.filter((row) => noticeOf(row) && !seen.includes(nameOf(row)));
}
