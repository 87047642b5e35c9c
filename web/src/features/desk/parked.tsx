/** Calls in slots: who waits there, since when and by whom; one press or key fetches one. */

import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, type ParkedCall, unwrap } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { Chip, Elapsed, Panel } from "@/ui/parts";
import { useDesk } from "./context";
import { useVerbs } from "./verbs";

const REFRESH_MS = 10_000;

export function ParkedCalls() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["parked"],
    queryFn: () => unwrap(api.GET("/parked")),
    refetchInterval: REFRESH_MS,
  });
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  const longest = items.reduce((first, one) => (one.since < first.since ? one : first));
  return (
    <Panel title={t("parked.title")} actions={<Chip tone="warn">{items.length}</Chip>} flush>
      <ul>
        {items.map((call) => (
          <Parked key={call.interaction_id} call={call} byKey={call === longest} />
        ))}
      </ul>
    </Panel>
  );
}

function Parked({ call, byKey }: { call: ParkedCall; byKey: boolean }) {
  const { t } = useTranslation();
  const { me, state, claim } = useDesk();
  const verbs = useVerbs(call.interaction_id);
  const busy = me.work !== null || state.offers.length > 0;
  const fetch = () =>
    verbs.mutate({ verb: "retrieve" }, { onSuccess: () => claim(call.interaction_id) });
  useHotkeys({ f: byKey && !busy && !verbs.isPending ? fetch : undefined });
  return (
    <li className="line-item parked-call">
      <span className="strong num" title={t("parked.slot", { slot: call.slot })}>
        {call.slot}
      </span>
      <span className="grow clip">
        <span className="clip">
          {call.customer?.name ?? call.phone_masked ?? t("customer.withheld")}
        </span>
        {call.by && <span className="muted clip">{t("parked.by", { name: call.by.name })}</span>}
      </span>
      <span className="muted num">
        <Elapsed from={call.since} />
      </span>
      <Button size="small" disabled={busy} loading={verbs.isPending} onClick={fetch}>
        {t("parked.fetch")}
        {byKey && <kbd>F</kbd>}
      </Button>
    </li>
  );
}
