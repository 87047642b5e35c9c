/** The outcome of a live test: each check, and what mends the one that failed. */

import { CircleCheck, CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { TrunkTest } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";

export function Checks({ result }: { result: TrunkTest }) {
  const { t } = useTranslation();
  const name = useCodeWords();
  return (
    <div role="status">
      <ul className="stack" style={{ gap: 10 }}>
        {result.checks.map((check) => (
          <li key={check.name} className="row" style={{ alignItems: "flex-start" }}>
            {check.ok ? (
              <CircleCheck size={16} color="var(--ok)" aria-label={t("checks.ok")} />
            ) : (
              <CircleX size={16} color="var(--bad)" aria-label={t("checks.failed")} />
            )}
            <span>
              <span className="strong">{name("check", check.name)}</span> {check.detail}
              {check.remedy && <div className="muted">{check.remedy}</div>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
