/** What everybody should know at once: telephony is missing, the line to the server is cut. */

import { Button } from "antd";
import { BellRing, CalendarClock, PhoneOff, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMay, useStreamStatus, useSystem } from "@/lib/session";
import { AlertWords, Dismiss, useOpenAlerts } from "@/ui/alerts";
import { CopyText } from "@/ui/parts";
import { PromiseNotice, useNoticed } from "@/ui/promise-notice";

export function Banners() {
  return (
    <div aria-live="polite">
      <StreamBanner />
      <TelephonyBanner />
      <PromiseBanner />
      <AlertBanner />
    </div>
  );
}

/** For who looks after others: the newest alert, until somebody says that they saw to it. */
function AlertBanner() {
  const { t } = useTranslation();
  const may = useMay();
  const open = useOpenAlerts(may("live.read") && may("queues.write"));
  const newest = open[0];
  if (!newest) return null;
  return (
    <div className="banner warn">
      <BellRing size={15} aria-hidden />
      <span>
        <AlertWords alert={newest} />
      </span>
      {open.length > 1 && <Link to="/alerts">{t("alerts.more", { count: open.length - 1 })}</Link>}
      <Dismiss alert={newest} />
    </div>
  );
}

/** For who keeps promises: the next of one's own that is due or was reminded of. */
function PromiseBanner() {
  const { t } = useTranslation();
  const may = useMay();
  const { noticed, seen } = useNoticed(may("interactions.read"));
  const next = noticed[0];
  if (!next) return null;
  return (
    <div className="banner">
      <CalendarClock size={15} aria-hidden />
      <PromiseNotice row={next} />
      {noticed.length > 1 && (
        <Link to="/promises?whose=mine">{t("alerts.more", { count: noticed.length - 1 })}</Link>
      )}
      <Button size="small" onClick={() => seen(next)}>
        {t("promises.seen")}
      </Button>
    </div>
  );
}

function StreamBanner() {
  const { t } = useTranslation();
  if (useStreamStatus() !== "reconnecting") return null;
  return (
    <div className="banner warn">
      <WifiOff size={15} aria-hidden />
      {t("banner.reconnecting")}
    </div>
  );
}

function TelephonyBanner() {
  const { t } = useTranslation();
  const { data } = useSystem();
  if (!data || data.telephony.ready) return null;
  const { reason, remedy } = data.telephony;
  return (
    <div className="banner bad">
      <PhoneOff size={15} aria-hidden />
      <span>
        {t("banner.telephony")}
        {reason ? ` (${reason})` : ""}
      </span>
      {remedy && (
        <code>
          <CopyText text={remedy} />
        </code>
      )}
    </div>
  );
}
