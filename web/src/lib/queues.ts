/** Queues by the names that people read, wherever a record shows the short one. */

import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "./api";
import { useWords } from "./i18n";
import { useMay } from "./session";

export function useQueues() {
  const may = useMay();
  return useQuery({
    queryKey: ["queues"],
    queryFn: () => unwrap(api.GET("/queues")),
    enabled: may("queues.read"),
    staleTime: 60_000,
  });
}

/** A queue's name to show, by its short name or id; one that is not seen keeps what it is called. */
export function useQueueName(): (queue: string | null | undefined) => string {
  const words = useWords();
  const { data } = useQueues();
  const names = new Map<string, string>();
  for (const { id, name, display } of data?.items ?? []) {
    const shown = words(display) || name;
    names.set(id, shown).set(name, shown);
  }
  return (queue) => (queue ? (names.get(queue) ?? queue) : "–");
}

/** All queues as the options of a choice. */
export function useQueueOptions(): { value: string; label: string }[] {
  const words = useWords();
  const { data } = useQueues();
  return (data?.items ?? []).map(({ id, name, display }) => ({
    value: id,
    label: words(display) || name,
  }));
}
