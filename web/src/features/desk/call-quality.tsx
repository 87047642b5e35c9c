/** How the call sounds now: the worse of its legs, as the engine measured it last. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { tone } from "@/lib/mos";
import { Chip } from "@/ui/parts";
import { worstNow } from "./worst-now";

const EVERY_MS = 10_000;

export function CallQuality({ interaction }: { interaction: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["call-quality", interaction],
    queryFn: () =>
      unwrap(api.GET("/interactions/{id}/quality", { params: { path: { id: interaction } } })),
    refetchInterval: EVERY_MS,
  });
  const mos = worstNow(query.data?.items ?? []);
  if (mos === null) return null;
  const said = tone(mos);
  return <Chip tone={said}>{t(`call.line.${said}`, { mos: mos.toFixed(1) })}</Chip>;
}
