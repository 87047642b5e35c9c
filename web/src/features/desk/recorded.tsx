/** Whether the call is recorded, why not, and what the customer says to it. */

import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import type { Consent, ConsentAnswer, Recorded, Work } from "@/lib/api";
import { Chip, Elapsed } from "@/ui/parts";
import { useVerbs } from "./verbs";

export function RecordedChip({ work: { recording } }: { work: Work }) {
  const { t } = useTranslation();
  if (!recording) return null;
  const { standing, pause, paused_since } = recording;
  return (
    <Chip tone={TONES[standing]}>
      {t(
        pause === "payment" && standing === "paused" ? "recorded.payment" : `recorded.${standing}`,
      )}
      {standing === "paused" && paused_since && <Elapsed from={paused_since} />}
    </Chip>
  );
}

const TONES = {
  recorded: "neutral",
  paused: "bad",
  on_demand: "neutral",
  unasked: "warn",
  declined: "warn",
  withdrawn: "warn",
  off: "neutral",
} as const satisfies Record<Recorded["standing"], string>;

/** What can be said of the recording besides its key: payment steps, and the customer's consent. */
export function RecordingVerbs({ work }: { work: Work }) {
  const { t } = useTranslation();
  const verbs = useVerbs(work.interaction_id);
  const { recording } = work;
  if (!recording || recording.standing === "off") return null;
  const { answer } = recording.consent;
  const paying = recording.pause === "payment";
  const stored = recording.standing === "recorded" || recording.standing === "paused";
  return (
    <div className="row wrap">
      {recording.standing === "unasked" && answer === null && (
        <AskConsent consent={recording.consent} interaction={work.interaction_id} />
      )}
      {answer === "declined" && (
        <Button size="small" onClick={() => verbs.mutate({ verb: "consent", answer: "agreed" })}>
          {t("recorded.agrees_now")}
        </Button>
      )}
      {(stored || paying) && (
        <Button size="small" onClick={() => verbs.mutate({ verb: "payment", over: paying })}>
          {t(paying ? "recorded.payment_over" : "recorded.payment_begins")}
        </Button>
      )}
      {stored && (
        <Popconfirm
          title={t("recorded.withdraw_sure")}
          okText={t("recorded.withdraw")}
          cancelText={t("common.cancel")}
          onConfirm={() => verbs.mutate({ verb: "consent", answer: "withdrawn" })}
        >
          <Button size="small" danger>
            {t("recorded.withdraw")}
          </Button>
        </Popconfirm>
      )}
    </div>
  );
}

/** What somebody's country wants them to be told or asked, and the answers that it knows. */
export function AskConsent(props: { consent: Consent; interaction: string; party?: string }) {
  const { t } = useTranslation();
  const verbs = useVerbs(props.interaction);
  const { policy } = props.consent;
  return (
    <>
      <span className="muted">{t(`recorded.ask_${policy}`)}</span>
      {ANSWERS[policy].map((answer) => (
        <Button
          key={answer}
          size="small"
          onClick={() => verbs.mutate({ verb: "consent", answer, party: props.party })}
        >
          {t(`consent.${answer}`)}
        </Button>
      ))}
    </>
  );
}

const ANSWERS: Record<Consent["policy"], ConsentAnswer[]> = {
  announce: ["told", "declined"],
  opt_out: ["told", "declined"],
  opt_in: ["agreed", "declined"],
};
