/** What everybody should know at once: telephony is missing, the line to the server is cut. */

import { PhoneOff, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useStreamStatus, useSystem } from "@/lib/session";
import { CopyText } from "@/ui/parts";

export function Banners() {
  return (
    <div aria-live="polite">
      <StreamBanner />
      <TelephonyBanner />
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
