/** The dispositions of one queue, as a query that may be asked ahead of the call. */

import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api";

export const dispositionsOf = (queue: string) =>
  queryOptions({
    queryKey: ["dispositions", queue],
    queryFn: () =>
      unwrap(api.GET("/queues/{id}/dispositions", { params: { path: { id: queue } } })),
    staleTime: 60_000,
  });
