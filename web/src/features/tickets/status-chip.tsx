/** How far a ticket is. */

import { useTranslation } from "react-i18next";
import type { TicketStatus } from "@/lib/api";
import { Chip } from "@/ui/parts";

const TONES = { open: "accent", pending: "warn", solved: "ok", closed: "neutral" } as const;

export function StatusChip({ status }: { status: TicketStatus }) {
  const { t } = useTranslation();
  return <Chip tone={TONES[status]}>{t(`ticket_status.${status}`)}</Chip>;
}
