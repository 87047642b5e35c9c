/** The desk notice of one's own promises: reminded of, or due. Asked for, so a reload shows it too. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Promised, unwrap } from "@/lib/api";
import { useKept } from "@/lib/storage";
import { moment } from "@/lib/time";
import { nameOf, noticed, noticeOf } from "./noticed";

const MOST_SEEN = 200;

export function useNoticed(enabled: boolean) {
  const [seen, setSeen] = useKept<string[]>("promises_seen", []);
  const { data } = useQuery({
    queryKey: ["promises", "notices"],
    queryFn: () =>
      unwrap(api.GET("/promises", { params: { query: { whose: "mine", state: "open" } } })),
    enabled,
    refetchInterval: 60_000,
  });
  return {
    noticed: noticed(data?.items ?? [], seen),
    seen: (row: Promised) => setSeen([...seen, nameOf(row)].slice(-MOST_SEEN)),
  };
}

export function PromiseNotice({ row }: { row: Promised }) {
  const { t, i18n } = useTranslation();
  const who = row.customer?.name ?? row.phone_masked ?? "–";
  const at = moment(row.due_at, i18n.language);
  const what =
    row.kind === "appointment" ? t("promises.appointment") : t(`promise_channel.${row.channel}`);
  return (
    <Link to="/promises?whose=mine">
      {t(`promise_notice.${noticeOf(row) ?? "due"}`, { what, who, at })}
    </Link>
  );
}
