/** The wall as it stands, and how an event changes it. Pure. */

import type { AgentState, Wall, WallQueue, WallToday } from "@/lib/api";
import type { StreamEvent } from "@/lib/stream";

export const ROWS = 6;
/** What is legible from five metres on one screen; more queues take turns. */

/** Columns of the board between the queue's name and the states of its agents. */
export const WALL_HEADS = [
  "waiting",
  "longest",
  "ewt",
  "level",
  "abandoned",
  "callbacks",
  "written",
  "missed",
] as const;
export const STATES = ["ready", "offered", "handling", "wrap_up", "not_ready"] as const;

export type Tone = "ok" | "warn" | "bad" | "plain";

const GOOD_LEVEL = 0.8;
const POOR_LEVEL = 0.6;
const LONG_WAITS = 3;

interface Told {
  queue_id: string;
  waiting: number;
  longest_wait_ms: number;
  ewt_ms: number | null;
  agents: Partial<Record<AgentState, number>>;
  callbacks_open: number;
  written: number;
  today?: WallToday;
}

/** The wall after an event; the same one when the event is of nothing on it. */
export function heard(wall: Wall, event: StreamEvent): Wall {
  if (event.type !== "trunkline.queue.live_changed.v1" || !event.time) return wall;
  const told = event.data as Told;
  if (!wall.queues.some((queue) => queue.queue_id === told.queue_id)) return wall;
  const at = event.time;
  const queues = wall.queues.map((queue) =>
    queue.queue_id === told.queue_id ? changed(queue, told, at) : queue,
  );
  return { ...wall, queues };
}

function changed(queue: WallQueue, told: Told, at: string): WallQueue {
  const { waiting, ewt_ms, agents, callbacks_open, written, today = queue.today } = told;
  const oldest_at = waiting ? new Date(Date.parse(at) - told.longest_wait_ms).toISOString() : null;
  return { ...queue, waiting, ewt_ms, agents, callbacks_open, written, today, oldest_at };
}

/** How long the first in line has waited, by a clock that goes like the server's; ms. */
export function longest(queue: WallQueue, now: number): number | null {
  return queue.oldest_at === null ? null : Math.max(0, now - Date.parse(queue.oldest_at));
}

/** Which rows are shown in a turn; all of them while they fit. */
export function shownIn<Row>(rows: Row[], turn: number): Row[] {
  const first = (turn % turnsOf(rows)) * ROWS;
  return rows.slice(first, first + ROWS);
}

export const turnsOf = (rows: unknown[]): number => Math.max(1, Math.ceil(rows.length / ROWS));

export function levelTone(level: number | null): Tone {
  if (level === null) return "plain";
  if (level >= GOOD_LEVEL) return "ok";
  return level >= POOR_LEVEL ? "warn" : "bad";
}

/** A wait beyond what counts as in time is late; three times that is bad. */
export function waitTone(wait_ms: number | null, { within_s }: WallToday): Tone {
  if (wait_ms === null || wait_ms <= within_s * 1000) return "plain";
  return wait_ms <= LONG_WAITS * within_s * 1000 ? "warn" : "bad";
}

/** When the tenant's next day begins, seen from this one; ms from now, at least a minute. */
export function untilTomorrow(wall: Wall, now: number): number {
  const DAY_MS = 86_400_000;
  return Math.max(60_000, Date.parse(wall.since) + DAY_MS - now);
}
