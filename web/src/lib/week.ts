/** Opening hours as they are typed: "9:00-12:00, 13:30-18:00". */

import type { Calendar, Interval } from "@/lib/api";

const SPAN = /^(\d{1,2}):(\d{2})\s*[-–~]\s*(\d{1,2}):(\d{2})$/;

/** The intervals of one day; null when one of them cannot be read. */
export function intervals(text: string): Interval[] | null {
  const parts = text
    .split(/[,，;；]/)
    .map((part) => part.trim())
    .filter(Boolean);
  const read = parts.map(interval);
  return read.every((one) => one !== null) ? read : null;
}

function interval(text: string): Interval | null {
  const found = SPAN.exec(text);
  if (!found) return null;
  const [, fromHour = "", fromMinute = "", toHour = "", toMinute = ""] = found;
  const opens = wall(fromHour, fromMinute, 23);
  const closes = wall(toHour, toMinute, 24);
  return opens && closes ? { opens, closes } : null;
}

function wall(hour: string, minute: string, most: number): string | null {
  const valid =
    Number(hour) <= most && Number(minute) <= 59 && (Number(hour) < 24 || minute === "00");
  return valid ? `${hour.padStart(2, "0")}:${minute}` : null;
}

/** Seven typed days (Monday first) as the API takes them. */
export function weekly(days: string[]): Calendar["weekly"] {
  return days.flatMap((text, day) => (intervals(text) ?? []).map((one) => ({ day, ...one })));
}

/** How intervals are typed: "09:00-12:00, 13:30-18:00". */
export const typed = (list: Interval[]): string =>
  list.map(({ opens, closes }) => `${opens}-${closes}`).join(", ");

/** The seven days of a plan as they are typed. */
export const typedWeek = (plan: Calendar["weekly"]): string[] =>
  [0, 1, 2, 3, 4, 5, 6].map((day) => typed(plan.filter((one) => one.day === day)));
