/** The coming days of a calendar: each with its open stretches on the day's line, and its reason. */

import { useTranslation } from "react-i18next";
import type { Interval, PreviewDay } from "@/lib/api";
import { Chip } from "@/ui/parts";

const TONE = { weekly: "neutral", holiday: "bad", make_up: "warn", exception: "accent" } as const;

export function DaysAhead({ days }: { days: PreviewDay[] }) {
  const { t, i18n } = useTranslation();
  return (
    <ol className="days-ahead">
      {days.map((day) => (
        <li key={day.on} className={day.intervals.length ? "" : "closed"}>
          <span className="num">
            {new Date(`${day.on}T12:00:00`).toLocaleDateString(i18n.language, {
              month: "numeric",
              day: "numeric",
              weekday: "short",
            })}
          </span>
          <DayLine intervals={day.intervals} />
          <span className="num">
            {day.intervals.map(({ opens, closes }) => `${opens}–${closes}`).join(" ") ||
              t("calendar.closed_day")}
          </span>
          {day.why !== "weekly" && (
            <Chip tone={TONE[day.why]} title={t(`calendar.why.${day.why}`)}>
              {day.name || t(`calendar.why.${day.why}`)}
            </Chip>
          )}
        </li>
      ))}
    </ol>
  );
}

function DayLine({ intervals }: { intervals: Interval[] }) {
  return (
    <span className="day-line" aria-hidden>
      {intervals.map(({ opens, closes }) => {
        const from = part(opens);
        const to = closes <= opens ? 1 : part(closes);
        return (
          <span
            key={opens}
            style={{ left: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` }}
          />
        );
      })}
    </span>
  );
}

/** The part of the day that has passed at a wall time; "24:00" is 1. */
function part(wall: string): number {
  const [hour = 0, minute = 0] = wall.split(":").map(Number);
  return (hour * 60 + minute) / 1440;
}
