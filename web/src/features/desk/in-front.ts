/** Several works at once: what is in hand, and which of it is in front. */

import type { TFunction } from "i18next";
import type { Channel, Me, Offer, Work } from "@/lib/api";

/** The call first, then what is written in an order that stays while its stages change. */
export function inHand({ work, works }: Pick<Me, "work" | "works">): Work[] {
  const inOrder = [...works].sort((a, b) => (a.interaction_id < b.interaction_id ? -1 : 1));
  return work ? [work, ...inOrder] : inOrder;
}

/** What an offer is announced as: a call, or by its channel. */
export function announced({ pop }: Pick<Offer, "pop">, t: TFunction): string {
  return pop.channel === "voice" ? t("offer.incoming") : t(`channel.${pop.channel as Channel}`);
}

/** What is in front: what was chosen, else the call, else what came first; an offer last. */
export function inFront(me: Pick<Me, "work" | "works">, chosen: string | null): Work | null {
  const begun = inHand(me).filter(({ kind }) => kind !== "offer");
  const found = begun.find(({ interaction_id }) => interaction_id === chosen);
  return found ?? begun[0] ?? me.work;
}
