/** What the customer agreed to, what was shown, and the files that passed. */

import { useTranslation } from "react-i18next";
import type { Interaction, ShowingEvent } from "@/lib/api";
import { agentsFiles } from "@/lib/showing";
import { exact } from "@/lib/time";
import { Chip, Panel } from "@/ui/parts";
import { PassedFiles } from "@/ui/showing";

type Tone = "ok" | "warn" | "bad" | "accent" | "neutral";

const TONES: Partial<Record<ShowingEvent["what"], Tone>> = {
  agreed: "ok",
  offered: "ok",
  refused: "warn",
  withdrawn: "warn",
  failed: "warn",
};

export function ShowingHistory({ one }: { one: Interaction }) {
  const { t } = useTranslation();
  const { events, files } = one.showing;
  if (events.length === 0 && files.length === 0) return null;
  return (
    <Panel title={t("showing.history")}>
      <div className="stack">
        {events.length > 0 && (
          <ol>
            {events.map((event) => (
              <Line key={`${event.at}-${event.part}-${event.what}`} event={event} />
            ))}
          </ol>
        )}
        <PassedFiles files={files} desk={agentsFiles(one.id)} />
      </div>
    </Panel>
  );
}

function Line({ event }: { event: ShowingEvent }) {
  const { t, i18n } = useTranslation();
  const cause = event.cause && t(`showing.cause.${event.cause as "denied"}`);
  return (
    <li className="line-item">
      <Chip tone={TONES[event.what] ?? "neutral"}>{t(`showing.part.${event.part}`)}</Chip>
      <span className="grow">
        {t(`showing.what.${event.what}`)}
        {cause && <span className="muted"> · {cause}</span>}
      </span>
      <span className="muted">{event.agent.name}</span>
      <span className="muted num">{exact(event.at, i18n.language)}</span>
    </li>
  );
}
