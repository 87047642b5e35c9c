/** What everybody should know at once: telephony is missing, the line to the server is cut. */

import { BellRing, PhoneOff, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMay, useStreamStatus, useSystem } from "@/lib/session";
import { AlertWords, Dismiss, useOpenAlerts } from "@/ui/alerts";
import { CopyText } from "@/ui/parts";

export function Banners() {
  return (
    <div aria-live="polite">
      <StreamBanner />
      <TelephonyBanner />
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
