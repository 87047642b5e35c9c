/** All interactions that the reader may see, newest first, with filters that live in the address. */

import { DatePicker, type TableColumnsType } from "antd";
import dayjs from "dayjs";
import { ListTree, Star } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, type InteractionRow, unwrap } from "@/lib/api";
import { useDispositionName } from "@/lib/dispositions";
import { type Filters, useFilters } from "@/lib/filters";
import { usePages } from "@/lib/pages";
import { useQueueName, useQueueOptions } from "@/lib/queues";
import { clock, moment } from "@/lib/time";
import { LevelChip, PageHead } from "@/ui/parts";
import { FilterSelect, PagedRows } from "@/ui/rows";
import { StateChip } from "./state-chip";

const STATES = ["flow", "queued", "talking", "parked", "voicemail", "wrap_up", "ended"] as const;
const FILTERS = ["state", "queue", "from", "to"] as const;
type Filter = (typeof FILTERS)[number];
const PAGE_SIZE = 50;

export function InteractionsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const filters = useFilters<Filter>(FILTERS);
  const pages = usePages("interactions", filters.chosen, (query) =>
    unwrap(api.GET("/interactions", { params: { query: { ...query, limit: PAGE_SIZE } } })),
  );
  return (
    <div className="page">
      <PageHead title={t("interactions.title")}>
        <FilterBar {...filters} />
      </PageHead>
      <PagedRows<InteractionRow>
        pages={pages}
        columns={useColumns()}
        rowKey="id"
        width={1140}
        icon={ListTree}
        empty={t("interactions.empty")}
        open={({ id }) => void navigate(`/interactions/${id}`)}
      />
    </div>
  );
}

function FilterBar({ chosen, choose }: Filters<Filter>) {
  const { t } = useTranslation();
  const queues = useQueueOptions();
  const day = (text: string | undefined) => (text ? dayjs(text) : null);
  return (
    <>
      <FilterSelect
        name={t("interactions.state")}
        value={chosen.state}
        choose={(state) => choose({ state })}
        options={STATES.map((value) => ({ value, label: t(`interaction_state.${value}`) }))}
      />
      <FilterSelect
        name={t("queues.queue")}
        value={chosen.queue}
        choose={(queue) => choose({ queue })}
        options={queues}
        width={150}
      />
      <DatePicker.RangePicker
        allowEmpty
        value={[day(chosen.from), day(chosen.to)]}
        aria-label={t("interactions.days")}
        onChange={(range) =>
          choose({
            from: range?.[0]?.startOf("day").toISOString(),
            to: range?.[1]?.endOf("day").toISOString(),
          })
        }
      />
    </>
  );
}

function useColumns(): TableColumnsType<InteractionRow> {
  const { t, i18n } = useTranslation();
  const disposition = useDispositionName();
  const queueName = useQueueName();
  const time = (ms: number | null | undefined) => (
    <span className="num">{typeof ms === "number" ? clock(ms) : "–"}</span>
  );
  return [
    {
      title: t("interactions.started"),
      width: 130,
      render: (_, row) => (
        <Link className="num" to={`/interactions/${row.id}`}>
          {moment(row.started_at, i18n.language)}
        </Link>
      ),
    },
    { title: t("interactions.state"), width: 130, render: (_, row) => <StateChip row={row} /> },
    {
      title: t("customer.title"),
      width: 200,
      render: (_, { customer, phone_masked, channel, direction }) => (
        <span className="row">
          <span className="clip">
            {direction === "internal"
              ? "–"
              : (customer?.name ??
                phone_masked ??
                t(channel === "voice" ? "customer.withheld" : "customer.nobody_known"))}
          </span>
          {customer && <LevelChip level={customer.level} />}
        </span>
      ),
    },
    {
      title: t("interactions.number"),
      width: 80,
      className: "num",
      render: (_, row) => (row.channel === "voice" ? row.number : t(`channel.${row.channel}`)),
    },
    {
      title: t("queues.queue"),
      width: 130,
      ellipsis: true,
      render: (_, { queue, direction }) =>
        direction === "internal" ? t("internal.title") : queueName(queue?.name),
    },
    { title: t("interactions.agent"), width: 120, render: (_, { agent }) => agent?.name ?? "–" },
    {
      title: t("interactions.wait"),
      width: 80,
      align: "right",
      render: (_, row) => time(row.wait_ms),
    },
    {
      title: t("interactions.talk"),
      width: 80,
      align: "right",
      render: (_, row) => time(row.talk_ms),
    },
    {
      title: t("disposition.title"),
      width: 120,
      ellipsis: true,
      render: (_, row) => disposition(row.disposition) ?? "–",
    },
    {
      title: t("interactions.rating"),
      width: 70,
      align: "right",
      render: (_, { rating }) =>
        rating ? (
          <span className="row num" style={{ justifyContent: "flex-end", gap: 4 }}>
            {rating}
            <Star size={12} fill="currentColor" aria-hidden />
          </span>
        ) : (
          "–"
        ),
    },
  ];
}
