/** How the agent stands to calls: the words of a reason, and the wish to change it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type AgentWish, api, type Me, unwrap } from "@/lib/api";
import { useCodeWords, useWords } from "@/lib/i18n";
import { ME } from "@/lib/session";
import { useSayRefusal } from "@/ui/parts";

/** Reasons of the system's, not the agent's own: it says why, and one press takes them back. */
const MISSES = [
  "no_answer",
  "device_unreachable",
  "device_busy",
  "network_lost",
  "desk_lost",
  "declines",
  "wrap_up_overrun",
] as const;
export type Miss = (typeof MISSES)[number];

/** Why the system took the agent off calls, while it still does. */
export function missOf({ state, state_reason }: Pick<Me, "state" | "state_reason">): Miss | null {
  if (state !== "not_ready" && state !== "offline") return null;
  return MISSES.find((miss) => miss === state_reason) ?? null;
}

export function useReasons() {
  return useQuery({
    queryKey: ["reasons"],
    queryFn: () => unwrap(api.GET("/reasons")),
    staleTime: 300_000,
  });
}

/** The tenant's own reasons first; those that the system sets have words of ours. */
export function useReasonWords(): (code: string) => string {
  const { data } = useReasons();
  const words = useWords();
  const code = useCodeWords();
  return (wanted) => {
    const own = data?.items.find((reason) => reason.code === wanted);
    return own ? words(own.label) : code("reason", wanted);
  };
}

type Wish = { state: AgentWish; reason?: string | undefined };

/** A wish changes the state (or waits); null takes a waiting wish back. */
export function useChange() {
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: (wish: Wish | null) =>
      wish
        ? unwrap(api.PUT("/me/state", { body: { state: wish.state, reason: wish.reason ?? null } }))
        : unwrap(api.DELETE("/me/state-pending")),
    onSuccess: () => client.invalidateQueries({ queryKey: ME }),
    onError: say,
  });
}
