/** Each offer with why it was made: in words first, with the candidates behind them. */

import { useTranslation } from "react-i18next";
import type { Explanation, OfferOutcome, OfferRecord } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { clock, exact } from "@/lib/time";
import { Chip } from "@/ui/parts";

const TONES: Record<OfferOutcome, "ok" | "warn" | "bad" | "neutral" | "accent"> = {
  pending: "accent",
  accepted: "ok",
  declined: "warn",
  timed_out: "bad",
  withdrawn: "neutral",
  skipped: "neutral",
  failed: "bad",
};

export function Offers({ offers }: { offers: OfferRecord[] }) {
  const { t } = useTranslation();
  if (offers.length === 0) return <p className="muted">{t("offers.none")}</p>;
  return (
    <ol className="stack">
      {offers.map((offer) => (
        <OfferItem key={offer.id} offer={offer} />
      ))}
    </ol>
  );
}

function OfferItem({ offer }: { offer: OfferRecord }) {
  const { t, i18n } = useTranslation();
  const code = useCodeWords();
  return (
    <li className="offer-item">
      <div className="row">
        <span className="strong">{offer.agent_name ?? offer.agent_id}</span>
        <Chip tone={TONES[offer.outcome]}>{t(`outcome_of_offer.${offer.outcome}`)}</Chip>
        {offer.reason && <span className="muted">{code("decline", offer.reason)}</span>}
        <span className="grow" />
        <span className="muted num">{exact(offer.made_at, i18n.language)}</span>
      </div>
      {offer.explanation && <Reasons explanation={offer.explanation} />}
      {offer.explanation && <Candidates explanation={offer.explanation} />}
    </li>
  );
}

/** Why, in words: which agent and by what rule, what was asked for, who came after. */
function Reasons({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation();
  const code = useCodeWords();
  const chosen = explanation.candidates.find((one) => one.chosen);
  if (!chosen) return <p>{t("offers.no_candidates")}</p>;
  const { requirement, rivals, stage, waited_ms } = explanation;
  return (
    <>
      <p>
        {t("offers.chosen", {
          agent: chosen.agent_name ?? chosen.agent_id,
          rule: code("rule", explanation.rule),
          free: explanation.eligible,
          idle: clock(chosen.idle_ms),
          waited: clock(waited_ms),
        })}
      </p>
      {chosen.why !== "free" && chosen.why !== explanation.rule && (
        <p className="muted">{code("rule", chosen.why)}</p>
      )}
      {requirement && <p className="muted">{t("offers.required", { requirement })}</p>}
      {stage > 0 && <p className="muted">{t("offers.relaxed", { stage })}</p>}
      {explanation.in_time_first && <p className="muted">{t("offers.in_time")}</p>}
      {rivals.length > 0 && (
        <p className="muted">
          {t("offers.before", {
            order: code("order_rule", explanation.order),
            waits: rivals.map((one) => clock(one.waited_ms)).join(", "),
          })}
        </p>
      )}
    </>
  );
}

function Candidates({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation();
  const code = useCodeWords();
  if (explanation.candidates.length === 0) return null;
  return (
    <details>
      <summary className="muted">
        {t("offers.why", {
          rule: code("rule", explanation.rule),
          version: explanation.policy_version,
          waited: clock(explanation.waited_ms),
        })}
      </summary>
      <table className="glance num">
        <thead>
          <tr>
            <th scope="col">{t("interactions.agent")}</th>
            <th scope="col">{t("offers.score")}</th>
            <th scope="col">{t("offers.idle")}</th>
            <th scope="col">{t("offers.reason")}</th>
          </tr>
        </thead>
        <tbody>
          {explanation.candidates.map((one) => (
            <tr key={one.agent_id} className={one.chosen ? "strong" : "muted"}>
              <th scope="row">{one.agent_name ?? one.agent_id}</th>
              <td>{one.score}</td>
              <td>{clock(one.idle_ms)}</td>
              <td>{code("rule", one.why)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
