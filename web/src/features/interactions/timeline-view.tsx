/** The segments drawn: who had the customer when. */

import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Segment } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { useQueueName } from "@/lib/queues";
import { clock, exact, useNow } from "@/lib/time";
import { type Bar, layout } from "./timeline";

export function TimelineView({ segments }: { segments: Segment[] }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const now = useNow();
  if (segments.length === 0) return <p className="muted">{t("timeline.empty")}</p>;
  const { lanes, ticks } = layout(segments, now);
  const kinds = [...new Set(segments.map(({ kind }) => kind))];
  return (
    <div>
      <ol className="timeline">
        {lanes.map((lane) => (
          <li key={lane.key} className="lane">
            <span className="clip lane-name">
              {(lane.kind === "queue" && lane.name ? queueName(lane.name) : lane.name) ||
                t(
                  `participant.${lane.kind as "flow" | "queue" | "agent" | "customer" | "outside"}`,
                )}
            </span>
            <span className="lane-track">
              {lane.bars.map((bar) => (
                <BarView key={bar.id} bar={bar} />
              ))}
            </span>
          </li>
        ))}
        <li className="lane axis" aria-hidden>
          <span />
          <span className="lane-track">
            {ticks.map(({ at, ms }) => (
              <span key={ms} className="tick num" style={{ left: `${at * 100}%` }}>
                {clock(ms)}
              </span>
            ))}
          </span>
        </li>
      </ol>
      <ul className="row wrap legend" aria-hidden>
        {kinds.map((kind) => (
          <li key={kind} className="row muted" style={{ gap: 6 }}>
            <span className={`swatch ${kind}`} />
            {t(`segment.${kind}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function BarView({ bar }: { bar: Bar }) {
  const { t, i18n } = useTranslation();
  const code = useCodeWords();
  const details = bar.details.map(({ code: said, times }) =>
    [code("segment_detail", said), times && `${times}×`].filter(Boolean).join(" "),
  );
  const name = [t(`segment.${bar.kind}`), ...details].join(" · ");
  const words = `${name} · ${clock(bar.ms)} · ${exact(bar.started_at, i18n.language)}`;
  return (
    <Tooltip title={words}>
      <span
        role="img"
        aria-label={words}
        className={`bar ${bar.kind} ${bar.open ? "open" : ""}`}
        style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
      >
        <span className="clip">{name}</span>
      </span>
    </Tooltip>
  );
}
