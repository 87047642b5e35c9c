/** Days of the organisation's time zone, wherever the browser stands. */

import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);

export const DAY = "YYYY-MM-DD";

/** The date that it is in a zone, `YYYY-MM-DD`. */
export const today = (zone: string, now: number = Date.now()): string =>
  dayjs(now).tz(zone).format(DAY);

/** The date so many days before. */
export const before = (date: string, days: number): string =>
  dayjs.utc(date).subtract(days, "day").format(DAY);

/** The first and last moment of a date in a zone, as the API takes them; a day may have 23 hours. */
export function bounds(date: string, zone: string): { from: string; to: string } {
  return { from: midnight(date, zone), to: midnight(before(date, -1), zone) };
}

const midnight = (date: string, zone: string): string =>
  dayjs.tz(`${date}T00:00:00`, zone).toISOString();
