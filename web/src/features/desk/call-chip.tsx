/** On every page: an offer or a call that wants its agent back at the desk. */

import { PhoneCall, PhoneIncoming } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { Elapsed } from "@/ui/parts";
import { useDesk } from "./context";
import { announced } from "./in-front";

export function CallChip() {
  const { t } = useTranslation();
  const { state } = useDesk();
  const { pathname } = useLocation();
  if (pathname === "/desk") return null;
  const offered = state.offers[0];
  if (offered)
    return (
      <Link to="/desk" className="chip ok">
        <PhoneIncoming size={13} aria-hidden />
        {announced(offered, t)}
      </Link>
    );
  if (!state.work || state.work.kind === "offer") return null;
  return (
    <Link to="/desk" className="chip accent">
      <PhoneCall size={13} aria-hidden />
      {t(`work.${state.work.kind}`)}
      <Elapsed from={state.work.since} />
    </Link>
  );
}
