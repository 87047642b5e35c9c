/** That it is known who is there: by whom or by what, with when at the pointer. */

import { BadgeCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Verified } from "@/lib/api";
import { exact } from "@/lib/time";
import { Chip } from "./parts";

export function VerifiedChip({ verified }: { verified: Verified }) {
  const { t, i18n } = useTranslation();
  const { by, by_user, at } = verified;
  if (!by) return null;
  const how =
    by === "agent" && by_user ? t("verified.by_user", { name: by_user }) : t(`verified.${by}`);
  return (
    <Chip tone="ok" icon={BadgeCheck} title={at ? exact(at, i18n.language) : how}>
      {t("presumption.verified")} · {how}
    </Chip>
  );
}
