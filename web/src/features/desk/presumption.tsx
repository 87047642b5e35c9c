/** The number is not the person: presumed or verified is always said, and by whom. */

import { CircleHelp, EyeOff, Users } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Pop } from "@/lib/api";
import { Chip } from "@/ui/parts";
import { VerifiedChip } from "@/ui/verified-chip";

export function PresumptionChip({ pop }: { pop: Pop }) {
  const { t } = useTranslation();
  if (pop.verified.by) return <VerifiedChip verified={pop.verified} />;
  switch (pop.presumption) {
    case "several":
      return (
        <Chip tone="warn" icon={Users}>
          {t("presumption.several", { count: pop.matches.length })}
        </Chip>
      );
    case "none":
      return <Chip icon={CircleHelp}>{t("presumption.none")}</Chip>;
    case "withheld":
      return <Chip icon={EyeOff}>{t("presumption.withheld")}</Chip>;
    default:
      return (
        <Chip tone="warn" icon={CircleHelp} title={t("presumption.presumed_hint")}>
          {t("presumption.presumed")}
        </Chip>
      );
  }
}
