/** One interaction: what happened, what was said, what came of it. */

import { useQuery } from "@tanstack/react-query";
import { Rate } from "antd";
import type { TFunction } from "i18next";
import { ArrowLeft, TicketCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api, type Interaction, unwrap } from "@/lib/api";
import { useDispositionName } from "@/lib/dispositions";
import { useCodeWords, useWords } from "@/lib/i18n";
import { useQueueName } from "@/lib/queues";
import { useMay } from "@/lib/session";
import { clock, exact, moment } from "@/lib/time";
import { Await, Chip, LevelChip, Panel } from "@/ui/parts";
import { PromisesPanel } from "@/ui/promises";
import { Supervise } from "@/ui/supervise";
import { VerifiedChip } from "@/ui/verified-chip";
import "./interactions.css";
import { RecordingPlayer } from "@/ui/recording-player";
import { Offers } from "./offers";
import { QualityPanel } from "./quality";
import { ShowingHistory } from "./showing-history";
import { StateChip } from "./state-chip";
import { TimelineView } from "./timeline-view";

export function InteractionPage() {
  const { id = "" } = useParams();
  const query = useQuery({
    queryKey: ["interaction", id],
    queryFn: () => unwrap(api.GET("/interactions/{id}", { params: { path: { id } } })),
  });
  return (
    <div className="page">
      <Await query={query} rows={8}>
        {(one) => <Whole one={one} />}
      </Await>
    </div>
  );
}

function Whole({ one }: { one: Interaction }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <>
      <Head one={one} />
      <div className="split">
        <div className="stack">
          <Panel title={t("timeline.title")}>
            <TimelineView segments={one.segments} />
          </Panel>
          {may("recordings.listen") && (
            <Panel title={t("recording.title")}>
              {one.recording_consent && (
                <p className="muted">
                  {t("consent.title")}: {t(`consent.${one.recording_consent}`)}
                </p>
              )}
              {one.recordings.length === 0 && <p className="muted">{t("recording.none")}</p>}
              {one.recordings.map((recording) => (
                <RecordingPlayer key={recording.id} recording={recording} />
              ))}
            </Panel>
          )}
          {one.answered_at && <QualityPanel id={one.id} />}
          <ShowingHistory one={one} />
          <Notes one={one} />
          <Panel title={t("offers.title")}>
            <Offers offers={one.offers} />
          </Panel>
        </div>
        <div className="stack">
          {one.state === "talking" && may("calls.listen") && (
            <Panel title={t("supervise.title")}>
              <Supervise interaction={one.id} />
              <p className="muted">{t("supervise.written_down")}</p>
            </Panel>
          )}
          <Facts one={one} />
          <PromisesPanel interaction={one.id} />
          <SurveyPanel one={one} />
          <PathPanel one={one} />
        </div>
      </div>
    </>
  );
}

/** Each agent's own note, with who and when. */
function Notes({ one }: { one: Interaction }) {
  const { t, i18n } = useTranslation();
  if (!one.notes?.length) return null;
  return (
    <Panel title={t("note.title")}>
      <div className="stack">
        {one.notes.map((note) => (
          <article key={note.author.id}>
            <div className="row muted">
              <span className="strong">{note.author.name ?? "–"}</span>
              <span className="num">{exact(note.at, i18n.language)}</span>
            </div>
            <p className="prose">{note.text}</p>
          </article>
        ))}
      </div>
    </Panel>
  );
}

function Head({ one }: { one: Interaction }) {
  const { t } = useTranslation();
  return (
    <div className="head">
      <div className="row wrap">
        <Link to="/interactions" aria-label={t("interactions.back")}>
          <ArrowLeft size={16} aria-hidden />
        </Link>
        <h2 className="page-name">
          {one.customer?.name ?? one.phone_masked ?? t("customer.withheld")}
        </h2>
        {one.customer && <LevelChip level={one.customer.level} />}
        <StateChip row={one} />
        {one.verified.by ? (
          <VerifiedChip verified={one.verified} />
        ) : (
          one.customer && <Chip tone="warn">{t("presumption.presumed")}</Chip>
        )}
      </div>
      {one.ticket_id && (
        <Link className="row" to={`/tickets/${one.ticket_id}`}>
          <TicketCheck size={15} aria-hidden />
          {t("interactions.ticket")}
        </Link>
      )}
    </div>
  );
}

/** A call by its numbers; what is written by its channel and what it is about. */
function reachedBy(one: Interaction, t: TFunction): [string, string][] {
  if (one.channel !== "voice")
    return [
      [t("interactions.channel"), t(`channel.${one.channel}`)],
      [t("works.subject"), one.written?.subject ?? t("works.erased")],
    ];
  return [
    [t("interactions.number"), one.number],
    [t("customer.number"), one.phone_masked ?? t("customer.withheld")],
  ];
}

function Facts({ one }: { one: Interaction }) {
  const { t, i18n } = useTranslation();
  const disposition = useDispositionName();
  const queueName = useQueueName();
  const rows: [string, string][] = [
    [t("interactions.started"), exact(one.started_at, i18n.language)],
    [t("interactions.ended"), exact(one.ended_at, i18n.language)],
    ...reachedBy(one, t),
    [t("queues.queue"), queueName(one.queue?.name)],
    [t("interactions.agent"), one.agent?.name ?? "–"],
    [t("interactions.wait"), typeof one.wait_ms === "number" ? clock(one.wait_ms) : "–"],
    [t("interactions.talk"), typeof one.talk_ms === "number" ? clock(one.talk_ms) : "–"],
    [t("disposition.title"), disposition(one.disposition) ?? t("disposition.not_set")],
  ];
  return (
    <Panel title={t("interactions.facts")}>
      <dl className="facts num">
        {rows.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function SurveyPanel({ one }: { one: Interaction }) {
  const { t } = useTranslation();
  const code = useCodeWords();
  const { survey } = one;
  return (
    <Panel title={t("survey.title")}>
      {survey?.rating ? (
        <Rate
          disabled
          value={survey.rating}
          aria-label={t("survey.rated", { rating: survey.rating })}
        />
      ) : (
        <p className="muted">
          {survey?.drawn
            ? t("survey.unanswered")
            : survey?.reason
              ? code("survey_reason", survey.reason)
              : t("survey.not_drawn")}
        </p>
      )}
      {Boolean(survey?.transferred_queues?.length) && (
        <p className="muted">{t("survey.transferred")}</p>
      )}
    </Panel>
  );
}

function PathPanel({ one }: { one: Interaction }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  if (one.path.length === 0) return null;
  return (
    <Panel title={t("customer.path")} flush>
      <ul>
        {one.path.map((step) => (
          <li key={`${step.node}-${step.at}`} className="line-item">
            {step.key ? <kbd>{step.key}</kbd> : <span className="dot" aria-hidden />}
            <span className="grow">{words(step.words)}</span>
            <span className="muted num">{moment(step.at, i18n.language)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
