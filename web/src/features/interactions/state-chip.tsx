/** Where an interaction is, or how it ended. */

import { useTranslation } from "react-i18next";
import type { InteractionRow } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { Chip } from "@/ui/parts";

const TONES = {
  flow: "accent",
  queued: "warn",
  calling: "warn",
  talking: "ok",
  handled: "ok",
  parked: "warn",
  voicemail: "accent",
  wrap_up: "accent",
  ended: "neutral",
} as const;

export function StateChip({ row }: { row: Pick<InteractionRow, "state" | "ended_by"> }) {
  const { t } = useTranslation();
  const code = useCodeWords();
  if (row.state !== "ended")
    return <Chip tone={TONES[row.state]}>{t(`interaction_state.${row.state}`)}</Chip>;
  const bad = row.ended_by === "abandoned" || row.ended_by === "lost_by_failure";
  return <Chip tone={bad ? "bad" : "neutral"}>{code("ended_by", row.ended_by)}</Chip>;
}
