/** What an installation without Asterisk lacks, said where somebody would look for it. */

import { useTranslation } from "react-i18next";
import { useSystem } from "@/lib/session";

export function TrialNote() {
  const { t } = useTranslation();
  const { data } = useSystem();
  if (!data?.telephony.browsers_only) return null;
  return <p className="chip warn tall">{t("trial.browsers_only")}</p>;
}
