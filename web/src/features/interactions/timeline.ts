/** Lays an interaction's segments out: a lane for each participant, places in parts of the whole. */

import type { Segment, SegmentKind } from "@/lib/api";

export interface Bar {
  id: string;
  kind: SegmentKind;
  left: number;
  width: number;
  started_at: string;
  ms: number;
  open: boolean;
  details: Detail[];
}

/** Something said of a segment: a word, and how often where it counts. */
export interface Detail {
  code: string;
  times?: string | undefined;
}

export interface Lane {
  key: string;
  kind: string;
  name: string | null;
  bars: Bar[];
}

export interface Layout {
  lanes: Lane[];
  ticks: { at: number; ms: number }[];
  total_ms: number;
}

const TICK_STEPS_S = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
const MOST_TICKS = 8;

export function layout(segments: Segment[], now: number): Layout {
  const end = (segment: Segment) => (segment.ended_at ? Date.parse(segment.ended_at) : now);
  const first = Math.min(...segments.map(({ started_at }) => Date.parse(started_at)));
  const total_ms = Math.max(1000, ...segments.map((segment) => end(segment) - first));
  const lanes = new Map<string, Lane>();
  for (const segment of segments) {
    const { kind, id, name } = segment.participant;
    const key = `${kind}-${id ?? ""}`;
    const lane = lanes.get(key) ?? { key, kind, name: name ?? null, bars: [] };
    lanes.set(key, lane);
    lane.bars.push(bar(segment, first, total_ms, end(segment)));
  }
  return { lanes: [...lanes.values()], ticks: ticks(total_ms), total_ms };
}

function bar(segment: Segment, first: number, total: number, end: number): Bar {
  const start = Date.parse(segment.started_at);
  return {
    id: segment.id,
    kind: segment.kind,
    left: (start - first) / total,
    width: (end - start) / total,
    started_at: segment.started_at,
    ms: end - start,
    open: !segment.ended_at,
    details: detailsOf(segment.detail),
  };
}

/** "extended 2, overrun" is two of them. */
function detailsOf(detail: string | null | undefined): Detail[] {
  if (!detail) return [];
  return detail.split(", ").map((one) => {
    const counted = /^(\S+) (\d+)$/.exec(one);
    return counted ? { code: counted[1] ?? one, times: counted[2] } : { code: one };
  });
}

function ticks(total_ms: number): Layout["ticks"] {
  const wanted = total_ms / 1000 / MOST_TICKS;
  const step = TICK_STEPS_S.find((seconds) => seconds >= wanted) ?? Math.ceil(wanted / 3600) * 3600;
  const count = Math.floor(total_ms / 1000 / step);
  return Array.from({ length: count + 1 }, (_, at) => ({
    at: (at * step * 1000) / total_ms,
    ms: at * step * 1000,
  }));
}
