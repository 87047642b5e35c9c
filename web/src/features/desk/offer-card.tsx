/** An offer: who calls, from where, and two ways to answer. It never takes the focus. */

import { Button, Radio } from "antd";
import { Phone, PhoneOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Channel, ListedCard, Offer } from "@/lib/api";
import { useHeadset } from "@/lib/headset";
import { useHotkeys } from "@/lib/hotkeys";
import { useWords } from "@/lib/i18n";
import { useQueueName } from "@/lib/queues";
import { clock, useNow } from "@/lib/time";
import { Chip, LevelChip, RingTimer } from "@/ui/parts";
import { useDesk } from "./context";
import { announced } from "./in-front";
import { CHANNEL_ICONS } from "./open-works";
import { PresumptionChip } from "./presumption";

const DECLINE_REASONS = ["wrong_skill", "technical_problem", "needed_elsewhere"] as const;
const SKIP_REASONS = ["wrong_person", "not_now", "not_wanted"] as const;

export function OfferCard({ offer, first }: { offer: Offer; first: boolean }) {
  const { t } = useTranslation();
  const { me, state, send } = useDesk();
  const channel = offer.pop.channel as Channel;
  const written = channel !== "voice";
  const deskPhone = me.device.kind === "sip" && !written;
  const accept = () => send({ type: "accept", id: offer.id });
  const decline = () => send({ type: "decline.asked", id: offer.id });
  const kind = offer.pop.callback ? "offer.callback" : "offer.incoming";
  useHotkeys({
    a: deskPhone || !first ? undefined : accept,
    d: offer.may_decline && first ? decline : undefined,
  });
  useHeadset({ answer: deskPhone || !first ? undefined : accept });
  return (
    <article className="offer" aria-label={announced(offer, t)}>
      <div className="row between">
        <Chip tone="ok" icon={CHANNEL_ICONS[channel]}>
          {offer.pop.listed
            ? t("offer.listed", { name: offer.pop.listed.list_name })
            : t(written ? `channel.${channel}` : kind)}
        </Chip>
        <Facts offer={offer} />
      </div>
      <Caller offer={offer} />
      {offer.pop.listed && <ListedFields card={offer.pop.listed} />}
      {offer.pop.written && <p className="clip">{offer.pop.written.subject}</p>}
      {state.declining === offer.id ? (
        <DeclineReason offer={offer} />
      ) : (
        <div className="row">
          {deskPhone ? (
            <p className="strong">{t("offer.answer_on_phone")}</p>
          ) : (
            <AcceptButton offer={offer} accept={accept} />
          )}
          {offer.may_decline && (
            <Button size="large" onClick={decline} icon={<PhoneOff size={16} aria-hidden />}>
              {t(offer.pop.listed ? "offer.skip" : "offer.decline")} <kbd>D</kbd>
            </Button>
          )}
          <span className="grow" />
          <Countdown offer={offer} />
        </div>
      )}
    </article>
  );
}

function Facts({ offer }: { offer: Offer }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  return (
    <span className="row muted num">
      {queueName(offer.queue_name)}
      {offer.pop.number_dialled && (
        <>
          <span aria-hidden>·</span>
          {t("offer.dialled", { number: offer.pop.number_dialled })}
        </>
      )}
      {typeof offer.pop.queued_ms === "number" && (
        <>
          <span aria-hidden>·</span>
          {t("offer.waited", { time: clock(offer.pop.queued_ms) })}
        </>
      )}
    </span>
  );
}

function Caller({ offer }: { offer: Offer }) {
  const { t } = useTranslation();
  const words = useWords();
  const { pop } = offer;
  const last = pop.path.findLast(({ key }) => key);
  const nobody = t(pop.written ? "customer.nobody_known" : "customer.withheld");
  const name = pop.customer?.name ?? pop.phone_masked ?? nobody;
  return (
    <div className="stack" style={{ gap: 6 }}>
      <div className="row wrap">
        <span className="offer-name">{name}</span>
        {pop.customer && <LevelChip level={pop.customer.level} />}
        <PresumptionChip pop={pop} />
      </div>
      <div className="row muted num">
        {pop.customer && pop.phone_masked}
        {pop.customer?.organisation && <span>{pop.customer.organisation}</span>}
        {last && <span>{words(last.words)}</span>}
      </div>
    </div>
  );
}

/** What the list says of whom it wants called. */
function ListedFields({ card }: { card: ListedCard }) {
  const { t } = useTranslation();
  const before = card.last_outcome && t(`lists.outcome_of.${card.last_outcome}`);
  return (
    <dl className="listed-fields">
      {Object.entries(card.fields).map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
      {card.tries > 0 && (
        <div>
          <dt>{t("callbacks.tries")}</dt>
          <dd>
            {card.tries}
            {before && `, ${before}`}
          </dd>
        </div>
      )}
    </dl>
  );
}

function AcceptButton({ offer, accept }: { offer: Offer; accept: () => void }) {
  const { t } = useTranslation();
  const { state } = useDesk();
  const answering = state.answering === offer.id;
  return (
    <Button
      size="large"
      type="primary"
      className="on-fill accept"
      loading={answering}
      onClick={accept}
      icon={<Phone size={16} aria-hidden />}
    >
      {answering ? t("offer.connecting") : t(offer.pop.listed ? "offer.call" : "offer.accept")}{" "}
      <kbd>A</kbd>
    </Button>
  );
}

/** Until it rings out, or until it is accepted by itself. */
function Countdown({ offer }: { offer: Offer }) {
  const { t } = useTranslation();
  const now = useNow(200);
  const [begun] = useState(() => Date.now());
  const automatic = offer.accept.mode === "automatic";
  const ends = automatic
    ? Date.parse(offer.made_at) + offer.accept.after_ms
    : Date.parse(offer.expires_at);
  const left = Math.max(0, ends - now);
  return (
    <span className="row">
      {automatic && <span className="muted">{t("offer.automatic")}</span>}
      <RingTimer
        part={left / Math.max(1, ends - begun)}
        tone={automatic ? "var(--ok-fill)" : "var(--accent-fill)"}
      >
        {Math.ceil(left / 1000)}
      </RingTimer>
    </span>
  );
}

function DeclineReason({ offer }: { offer: Offer }) {
  const { t } = useTranslation();
  const { send } = useDesk();
  const [reason, setReason] = useState<string>();
  useEffect(() => () => send({ type: "decline.dropped" }), [send]);
  return (
    <div className="stack">
      <fieldset className="bare">
        <legend className="strong">
          {t(offer.pop.listed ? "offer.skip_why" : "offer.decline_why")}
        </legend>
        <Radio.Group
          value={reason}
          onChange={(event) => setReason(event.target.value as string)}
          options={(offer.pop.listed ? SKIP_REASONS : DECLINE_REASONS).map((value) => ({
            value,
            label: t(`decline.${value}`),
          }))}
        />
      </fieldset>
      <div className="row">
        <Button
          danger
          disabled={!reason}
          onClick={() => reason && send({ type: "decline", id: offer.id, reason })}
        >
          {t(offer.pop.listed ? "offer.skip" : "offer.decline")}
        </Button>
        <Button type="text" onClick={() => send({ type: "decline.dropped" })}>
          {t("offer.keep")}
        </Button>
      </div>
    </div>
  );
}
