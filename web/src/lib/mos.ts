/** What a mean opinion score says. */

const GOOD = 4;
const POOR = 3.6;

/** G.109: from 4.03 satisfied, below 3.6 many are dissatisfied. */
export function tone(mos: number): "ok" | "warn" | "bad" {
  return mos >= GOOD ? "ok" : mos >= POOR ? "warn" : "bad";
}
