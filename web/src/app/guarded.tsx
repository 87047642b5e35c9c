/** Pages behind the sign-in: who is asking, the event stream, then the shell. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { DeskProvider } from "@/features/desk/context";
import type { Me } from "@/lib/api";
import { codeOf, Refusal } from "@/lib/api";
import { stream, useMay, useMe, useStreamEvents } from "@/lib/session";
import type { StreamEvent } from "@/lib/stream";
import { Failed } from "@/ui/parts";
import { staleAfter } from "./freshness";
import { Shell } from "./shell";

/** `bare`: the page alone, without rail, bar and desk. */
export function Guarded({ bare = false }: { bare?: boolean }) {
  const me = useMe();
  const { pathname, search } = useLocation();
  if (me.data) return <SignedIn me={me.data} bare={bare} />;
  if (me.isPending) return null;
  const signedOut = me.error instanceof Refusal && [401, 403].includes(me.error.status);
  if (signedOut) return <Navigate to="/login" replace state={{ from: pathname + search }} />;
  return <Failed key={codeOf(me.error)} error={me.error} retry={() => void me.refetch()} />;
}

function SignedIn({ me, bare }: { me: Me; bare: boolean }) {
  const may = useMay();
  useFreshness();
  useEffect(() => {
    stream.open();
    return () => stream.close();
  }, []);
  if (bare) return <Outlet />;
  const shell = <Shell me={me} />;
  return me.agent && may("desk.use") ? <DeskProvider me={me}>{shell}</DeskProvider> : shell;
}

/** What an event changed is asked anew; after a gap, everything is. */
function useFreshness(): void {
  const client = useQueryClient();
  const refresh = useCallback(
    (event: StreamEvent) => {
      if (event.type === "resync" || event.type === "reconnected") {
        void client.invalidateQueries();
        return;
      }
      for (const queryKey of staleAfter(event)) void client.invalidateQueries({ queryKey });
    },
    [client],
  );
  useStreamEvents(refresh);
}
