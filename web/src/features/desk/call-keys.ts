/** What each key does in a call; what ends my part in it wants Shift. */

import type { Work } from "@/lib/api";
import type { Keys } from "@/lib/hotkeys";

export type CallActs = Record<
  "mute" | "hold" | "record" | "keypad" | "transfer" | "park" | "giveBack" | "hangUp",
  () => void
>;

/** While a phone only rings there is nobody yet to be parked or given back. */
export function callKeys(work: Pick<Work, "calling" | "retrieving">, acts: CallActs): Keys {
  const rings = work.calling || work.retrieving;
  return {
    m: acts.mute,
    h: acts.hold,
    r: acts.record,
    k: acts.keypad,
    t: acts.transfer,
    "shift+p": rings ? undefined : acts.park,
    "shift+q": rings ? undefined : acts.giveBack,
    "shift+x": acts.hangUp,
  };
}
