/** What a simulation came to, as rows: everybody, by queue, by level, then what is written. */

import type { SimulatedFigure, SimulatedFigures, Simulation } from "@/lib/api";

export const FIGURES = ["sl", "asa_s", "p95_s", "longest_s", "abandon"] as const;
type Name = (typeof FIGURES)[number];

export interface Row {
  kind: "overall" | "queue" | "level" | "channel";
  name: string;
  figures: SimulatedFigures;
}

export function rowsOf({ result }: Simulation): Row[] {
  if (!result) return [];
  const slices = (kind: "queue" | "level" | "channel", found: Record<string, SimulatedFigures>) =>
    Object.entries(found).map(([name, figures]) => ({ kind, name, figures }));
  return [
    { kind: "overall", name: "", figures: result.overall },
    ...slices("queue", result.queues),
    ...slices("level", result.levels),
    ...slices("channel", result.channels),
  ];
}

/** Whether the draft is better or worse beyond chance; nothing when that cannot be told. */
export function better(name: Name, { difference }: SimulatedFigure): "ok" | "bad" | null {
  const { mean, half } = difference;
  if (half === null || Math.abs(mean) <= half || mean === 0) return null;
  return mean > 0 === (name === "sl") ? "ok" : "bad";
}

export const digits = (value: number) => value.toFixed(1).replace("-0.0", "0.0");
