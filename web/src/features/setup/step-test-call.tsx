/** Step 7: a call from this browser (or any phone), answered at the desk. */

import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { useSystem } from "@/lib/session";
import { CopyText } from "@/ui/parts";

export function TestCallStep() {
  const { t } = useTranslation();
  const { data: system } = useSystem();
  const numbers = useQuery({ queryKey: ["numbers"], queryFn: () => unwrap(api.GET("/numbers")) });
  const [first] = numbers.data?.items ?? [];
  const remedy = system?.telephony.ready ? null : system?.telephony.remedy;
  return (
    <div className="stack">
      {remedy && (
        <p className="chip bad tall">
          {t("banner.telephony")} <CopyText text={remedy} />
        </p>
      )}
      <ol className="test-call">
        <li>{t("setup.test_ready")}</li>
        <li>{t("setup.test_dial", { number: first?.number ?? "–" })}</li>
        <li>{t("setup.test_answer")}</li>
      </ol>
      <div className="row">
        <Button href="/desk" target="_blank" icon={<ExternalLink size={14} aria-hidden />}>
          {t("nav.desk")}
        </Button>
        <Button href="/call" target="_blank" icon={<ExternalLink size={14} aria-hidden />}>
          {t("nav.call")}
        </Button>
      </div>
    </div>
  );
}
