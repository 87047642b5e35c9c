/** The desk: what waits at the left, the call in the middle, the customer at the right. */

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate } from "react-router";
import { api, type Pop, unwrap } from "@/lib/api";
import { Panel, Waiting } from "@/ui/parts";
import { AsideView } from "./aside";
import { useDesk, useMaybeDesk } from "./context";
import { CustomerPanel } from "./customer-panel";
import "./desk.css";
import { Idle } from "./idle";
import { OfferCard } from "./offer-card";
import { OpenWorks } from "./open-works";
import { ParkedCalls } from "./parked";
import { PhoneState } from "./phone-state";
import { RefusalNotice } from "./refusal-notice";
import { QueueGlance, RecentList } from "./side";
import { UnfinishedList } from "./unfinished";
import { WorkView } from "./work-view";

const DeviceDialog = lazy(() => import("./devices").then((m) => ({ default: m.DeviceDialog })));

/** Who is no agent has no desk, whatever address was typed. */
export function DeskPage() {
  return useMaybeDesk() ? <AgentDesk /> : <Navigate to="/" replace />;
}

function AgentDesk() {
  const { t } = useTranslation();
  const { state } = useDesk();
  const [checking, setChecking] = useState(false);
  const rings = state.offers.length > 0;
  // A check of the microphone must not stand before a customer who waits.
  useEffect(() => {
    if (rings) setChecking(false);
  }, [rings]);
  return (
    <div className="desk">
      <aside className="desk-side" aria-label={t("desk.around")}>
        <QueueGlance />
        <ParkedCalls />
        <UnfinishedList />
        <RecentList />
        <PhoneState onCheck={() => setChecking(true)} />
      </aside>
      <section className="desk-work">
        <RefusalNotice />
        {state.offers.map((offer, at) => (
          <OfferCard key={offer.id} offer={offer} first={at === 0} />
        ))}
        <OpenWorks />
        <Middle onCheck={() => setChecking(true)} />
      </section>
      <aside className="desk-customer" aria-label={t("customer.title")}>
        <Customer />
      </aside>
      {checking && (
        <Suspense>
          <DeviceDialog close={() => setChecking(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Middle({ onCheck }: { onCheck: () => void }) {
  const { state } = useDesk();
  const { work } = state;
  if (work?.kind === "aside") return <AsideView key={work.interaction_id} work={work} />;
  if (work && work.kind !== "offer") return <WorkView key={work.interaction_id} work={work} />;
  return state.offers.length > 0 ? null : <Idle onCheck={onCheck} />;
}

/** The pop comes with the offer; in the call it is read, so that a reload shows it again. */
function Customer() {
  const { t } = useTranslation();
  const { state } = useDesk();
  const interaction = state.work?.internal ? null : (state.draft?.interaction ?? null);
  const { data } = useQuery({
    queryKey: ["pop", interaction],
    queryFn: () =>
      unwrap(api.GET("/interactions/{id}/pop", { params: { path: { id: interaction ?? "" } } })),
    enabled: interaction !== null,
  });
  const pop: Pop | undefined = interaction ? data : state.offers[0]?.pop;
  if (pop)
    return <CustomerPanel key={pop.interaction_id} pop={pop} active={interaction !== null} />;
  if (interaction)
    return (
      <Panel title={t("customer.title")}>
        <Waiting rows={6} />
      </Panel>
    );
  return (
    <Panel title={t("customer.title")}>
      <p className="muted">{t("customer.nobody")}</p>
    </Panel>
  );
}
