/** A list that the server gives page by page, each with the cursor of the next. */

import { useInfiniteQuery } from "@tanstack/react-query";

export interface Page<Row> {
  items: Row[];
  next?: string | null;
}

export interface Pages<Row> {
  rows: Row[];
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
  /** Reads one page more; undefined when all are here. */
  more: (() => void) | undefined;
  isReadingMore: boolean;
}

/**
 * `read` is given the filter and, after the first page, its cursor; with `every_ms` what was read
 * is read again so often.
 */
export function usePages<Row, Filter extends object>(
  name: string,
  filter: Filter,
  read: (query: Filter & { cursor?: string }) => Promise<Page<Row>>,
  every_ms?: number,
): Pages<Row> {
  const query = useInfiniteQuery({
    queryKey: [name, filter],
    refetchInterval: every_ms ?? false,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) => read({ ...filter, ...(cursor ? { cursor } : {}) }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  return {
    rows: query.data?.pages.flatMap(({ items }) => items) ?? [],
    error: query.error,
    isPending: query.isPending,
    refetch: query.refetch,
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    isReadingMore: query.isFetchingNextPage,
  };
}
