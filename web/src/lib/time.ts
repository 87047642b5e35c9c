/** Durations and instants as people read them. */

import { useEffect, useState } from "react";

/** 65 000 → "1:05", 3 725 000 → "1:02:05". */
export function clock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const tail = two(total % 60);
  return hours ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

export const since = (instant: string, now: number): number => now - Date.parse(instant);

/** The wall clock, read every `every_ms`; all timers of a page share this shape. */
export function useNow(every_ms = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}

const DAY_MS = 86_400_000;

/** "14:05" today, "Nov 3, 14:05" else. */
export function moment(instant: string | null | undefined, language: string): string {
  if (!instant) return "–";
  const at = new Date(instant);
  const recent =
    Math.abs(Date.now() - at.getTime()) < DAY_MS && at.getDate() === new Date().getDate();
  const day: Intl.DateTimeFormatOptions = recent ? {} : { month: "short", day: "numeric" };
  return at.toLocaleString(language, { ...day, hour: "2-digit", minute: "2-digit", hour12: false });
}

/** The full instant with seconds, for tooltips and tables of evidence. */
export function exact(instant: string | null | undefined, language: string): string {
  if (!instant) return "–";
  return new Date(instant).toLocaleString(language, {
    dateStyle: "medium",
    timeStyle: "medium",
    hour12: false,
  });
}

export function money(minor: number, currency: string, language: string): string {
  return (minor / 100).toLocaleString(language, { style: "currency", currency });
}
