/** Who calls: presumed or verified, what they ordered, what is open, how they came here. */

import { Button } from "antd";
import { BadgeCheck, Package, Route, TicketCheck, UserRound } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { CustomerCard, Pop } from "@/lib/api";
import { useDispositionName } from "@/lib/dispositions";
import { useHotkeys } from "@/lib/hotkeys";
import { useCodeWords, useWords } from "@/lib/i18n";
import { useQueueName } from "@/lib/queues";
import { moment, money } from "@/lib/time";
import { Chip, CopyText, LevelChip, Panel, PriorityChip } from "@/ui/parts";
import { CustomerFinder } from "./customer-finder";
import { PresumptionChip } from "./presumption";
import { useVerbs } from "./verbs";

export function CustomerPanel({ pop, active }: { pop: Pop; active: boolean }) {
  const { t } = useTranslation();
  const [finding, setFinding] = useState(false);
  const number = pop.phone ?? pop.phone_masked;
  useHotkeys({ c: number ? () => void navigator.clipboard.writeText(number) : undefined });
  return (
    <>
      <Panel
        title={t("customer.title")}
        actions={
          active && pop.customer && !finding ? (
            <Button size="small" type="text" onClick={() => setFinding(true)}>
              {t("customer.other")}
            </Button>
          ) : undefined
        }
      >
        <div className="stack">
          {pop.customer && <Known pop={pop} customer={pop.customer} active={active} />}
          {!pop.customer && <Unknown pop={pop} />}
          {active && (finding || !pop.customer) && (
            <CustomerFinder pop={pop} done={() => setFinding(false)} />
          )}
        </div>
      </Panel>
      {pop.customer && <OpenTickets pop={pop} />}
      {pop.customer && <OpenOrders pop={pop} />}
      <Path pop={pop} />
      {pop.customer && <Recent pop={pop} />}
    </>
  );
}

function Known({ pop, customer, active }: { pop: Pop; customer: CustomerCard; active: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="row">
        <span className="avatar big" aria-hidden>
          {customer.name.slice(0, 1)}
        </span>
        <div className="grow">
          <div className="row">
            <span className="customer-name clip">{customer.name}</span>
            <LevelChip level={customer.level} />
          </div>
          {customer.organisation && <div className="muted clip">{customer.organisation}</div>}
        </div>
      </div>
      <div className="row wrap">
        <PresumptionChip pop={pop} />
        {active && !pop.verified.by && <VerifyButton interaction={pop.interaction_id} />}
      </div>
      <NumberLine pop={pop} label={t("customer.number")} />
    </>
  );
}

function Unknown({ pop }: { pop: Pop }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="row">
        <span className="avatar big" aria-hidden>
          <UserRound size={18} />
        </span>
        <span className="customer-name">
          {t(
            pop.written && pop.presumption === "none"
              ? "customer.nobody_known"
              : `unknown.${pop.presumption === "several" ? "several" : pop.presumption === "withheld" ? "withheld" : "none"}`,
          )}
        </span>
      </div>
      <div className="row">
        <PresumptionChip pop={pop} />
      </div>
      <NumberLine pop={pop} label={t("customer.number")} />
    </>
  );
}

function NumberLine({ pop, label }: { pop: Pop; label: string }) {
  const masked = pop.phone_masked ?? pop.phone;
  if (!masked) return null;
  return (
    <dl className="facts">
      <dt>{label}</dt>
      <dd>
        <CopyText text={pop.phone ?? masked} shown={pop.phone ?? masked} />
      </dd>
    </dl>
  );
}

function VerifyButton({ interaction }: { interaction: string }) {
  const { t } = useTranslation();
  const verbs = useVerbs(interaction);
  const verify = () => verbs.mutate({ verb: "verify", how: "asked" });
  useHotkeys({ v: verify });
  return (
    <Button
      size="small"
      icon={<BadgeCheck size={14} aria-hidden />}
      loading={verbs.isPending}
      onClick={verify}
    >
      {t("customer.verify")} <kbd>V</kbd>
    </Button>
  );
}

function List({
  title,
  empty,
  children,
}: {
  title: ReactNode;
  empty: string | null;
  children: ReactNode;
}) {
  return (
    <Panel title={title} flush>
      {empty ? <p className="muted pad">{empty}</p> : <ul>{children}</ul>}
    </Panel>
  );
}

function OpenTickets({ pop }: { pop: Pop }) {
  const { t } = useTranslation();
  const none = pop.open_tickets.length === 0 ? t("customer.no_tickets") : null;
  return (
    <List
      title={<Titled icon={<TicketCheck size={14} aria-hidden />} text={t("customer.tickets")} />}
      empty={none}
    >
      {pop.open_tickets.map((ticket) => (
        <li key={ticket.id}>
          <Link className="line-item" to={`/tickets/${ticket.id}`}>
            <PriorityChip priority={ticket.priority} />
            <span className="grow clip" title={ticket.title ?? ""}>
              {ticket.title}
            </span>
            <span className="muted num">{ticket.number}</span>
          </Link>
        </li>
      ))}
    </List>
  );
}

function OpenOrders({ pop }: { pop: Pop }) {
  const { t, i18n } = useTranslation();
  const status = useCodeWords();
  const none = pop.open_orders.length === 0 ? t("customer.no_orders") : null;
  return (
    <List
      title={<Titled icon={<Package size={14} aria-hidden />} text={t("customer.orders")} />}
      empty={none}
    >
      {pop.open_orders.map((order) => (
        <li key={order.id} className="line-item num">
          <span className="mono">{order.number_masked}</span>
          <span className="grow muted">{order.placed_on.slice(0, 10)}</span>
          <span>{money(order.amount_minor, order.currency, i18n.language)}</span>
          <Chip>{status("order", order.status)}</Chip>
        </li>
      ))}
    </List>
  );
}

function Path({ pop }: { pop: Pop }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  if (pop.path.length === 0) return null;
  return (
    <List
      title={<Titled icon={<Route size={14} aria-hidden />} text={t("customer.path")} />}
      empty={null}
    >
      {pop.path.map((step) => (
        <li key={`${step.node}-${step.at}`} className="line-item path-step">
          {step.key ? <kbd>{step.key}</kbd> : <span className="dot" aria-hidden />}
          <span className="grow clip">{words(step.words)}</span>
          <span className="muted num">{moment(step.at, i18n.language)}</span>
        </li>
      ))}
    </List>
  );
}

function Recent({ pop }: { pop: Pop }) {
  const { t, i18n } = useTranslation();
  const disposition = useDispositionName();
  const queueName = useQueueName();
  const none = pop.recent.length === 0 ? t("customer.first_time") : null;
  return (
    <List title={t("customer.recent")} empty={none}>
      {pop.recent.map((row) => (
        <li key={row.id}>
          <Link className="line-item" to={`/interactions/${row.id}`}>
            <span className="grow clip">
              {disposition(row.disposition) ??
                t(row.ended_by === "abandoned" ? "ended_by.abandoned" : "disposition.not_set")}
            </span>
            <span className="muted">{queueName(row.queue_name)}</span>
            <span className="muted num">{moment(row.started_at, i18n.language)}</span>
          </Link>
        </li>
      ))}
    </List>
  );
}

function Titled({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <span className="row" style={{ gap: 6 }}>
      {icon}
      {text}
    </span>
  );
}
