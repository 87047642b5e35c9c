/** Dispositions by their names, wherever an interaction shows its code. */

import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "./api";
import { useWords } from "./i18n";
import { useMay } from "./session";

export function useDispositionName(): (code: string | null | undefined) => string | null {
  const may = useMay();
  const words = useWords();
  const { data } = useQuery({
    queryKey: ["all-dispositions"],
    queryFn: () => unwrap(api.GET("/dispositions")),
    enabled: may("dispositions.read"),
    staleTime: 300_000,
  });
  const names = new Map(data?.items.map(({ code, label }) => [code, words(label)]));
  return (code) => (code ? names.get(code) || code : null);
}
