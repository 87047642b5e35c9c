/** The last reading of each leg that is still measured; the lowest is what somebody hears. */

type Leg = { role: string; began_at: string; points: readonly { at: string; mos: number }[] };

/** Of several legs of one role the last one counts: the others ended. */
export function worstNow(legs: readonly Leg[]): number | null {
  const now = new Map<string, Leg>();
  for (const leg of legs) {
    const before = now.get(leg.role);
    if (!before || before.began_at < leg.began_at) now.set(leg.role, leg);
  }
  const last = [...now.values()].flatMap(({ points }) => points.at(-1)?.mos ?? []);
  return last.length ? Math.min(...last) : null;
}
