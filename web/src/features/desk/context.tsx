/** The desk's machines alive on every page: an agent may look at a list while the phone rings. */

import { createContext, type ReactNode, useCallback, useContext, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, type Me, unwrap } from "@/lib/api";
import { useMicrophoneForbidden } from "@/lib/devices";
import { useSignOut } from "@/lib/session";
import type { Phone } from "@/lib/softphone";
import { keep, recall } from "@/lib/storage";
import { useDeskMachine } from "./driver";
import { announced } from "./in-front";
import type { Desk, DeskEvent } from "./machine";
import { useAgentPhone } from "./phone";

interface DeskHandle {
  me: Me;
  state: Desk;
  phone: Phone;
  /** The browser's phone could not be spoken into: said before the first call, not in it. */
  mute: boolean;
  /** The leg that follows for this interaction is mine: it may be answered. */
  claim: (interaction: string) => void;
  send: (event: DeskEvent) => void;
  /** Put one of several works in front. */
  choose: (interaction: string) => void;
  leaveAfterWork: () => void;
}

const Context = createContext<DeskHandle | null>(null);

export function DeskProvider({ me, children }: { me: Me; children: ReactNode }) {
  const { phone, claim } = useAgentPhone(me);
  const { state, send, choose } = useDeskMachine(me, claim);
  const leaveAfterWork = useLeaving(me, send);
  useTabTitle(state);
  const forbidden = useMicrophoneForbidden();
  const mute = me.device.kind === "browser" && (forbidden || phone.microphone === "denied");
  return (
    <Context value={{ me, state, phone, mute, claim, send, choose, leaveAfterWork }}>
      {children}
    </Context>
  );
}

export const useMaybeDesk = (): DeskHandle | null => useContext(Context);

export function useDesk(): DeskHandle {
  const handle = useContext(Context);
  if (!handle) throw new Error("a part of the desk was shown to somebody who is no agent");
  return handle;
}

const LEAVING = "leaving";

/**
 * The wish to sign out is kept over a reload and carried out when no work is left. It is a wish to
 * be offline too, or the next call would come first; who takes that back stays.
 */
function useLeaving(me: Me, send: (event: DeskEvent) => void): () => void {
  const signOut = useSignOut();
  const busy = me.work !== null || me.works.length > 0;
  const offline = me.state === "offline";
  useEffect(() => {
    if (busy || !recall(LEAVING, false)) return;
    keep(LEAVING, false);
    if (offline) void signOut();
  }, [busy, offline, signOut]);
  return useCallback(() => {
    keep(LEAVING, true);
    send({ type: "leaving" });
    void unwrap(api.PUT("/me/state", { body: { state: "offline" } })).catch(() => {
      keep(LEAVING, false);
    });
  }, [send]);
}

function useTabTitle(state: Desk): void {
  const { t } = useTranslation();
  const offered = state.offers[0];
  useEffect(() => {
    document.title = offered ? `● ${announced(offered, t)}` : `${t("nav.desk")} · Trunkline`;
  }, [offered, t]);
}
