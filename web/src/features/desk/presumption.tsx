/** The number is not the person: presumed or verified is always said, and by whom. */

import { BadgeCheck, CircleHelp, EyeOff, Users } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Pop } from "@/lib/api";
import { Chip } from "@/ui/parts";

export function PresumptionChip({ pop }: { pop: Pop }) {
  const { t } = useTranslation();
  const { by, by_user } = pop.verified;
  if (by) {
    const how =
      by === "agent" && by_user ? t("verified.by_user", { name: by_user }) : t(`verified.${by}`);
    return (
      <Chip tone="ok" icon={BadgeCheck} title={how}>
        {t("presumption.verified")} · {how}
      </Chip>
    );
  }
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
