/** All interactions that the reader may see, newest first, with filters that live in the address. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Select, Table, type TableColumnsType } from "antd";
import dayjs from "dayjs";
import { ListTree, Star } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, type InteractionRow, unwrap } from "@/lib/api";
import { useDispositionName } from "@/lib/dispositions";
import { useWords } from "@/lib/i18n";
import { clock, moment } from "@/lib/time";
import { Blank, Failed, LevelChip, PageHead } from "@/ui/parts";
import { StateChip } from "./state-chip";

const STATES = ["flow", "queued", "talking", "wrap_up", "ended"] as const;
const FILTERS = ["state", "queue", "from", "to"] as const;
const PAGE_SIZE = 50;

export function InteractionsPage() {
  const { t } = useTranslation();
  const query = useInteractions();
  const navigate = useNavigate();
  const columns = useColumns();
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="page">
      <PageHead title={t("interactions.title")}>
        <Filters />
      </PageHead>
      {query.error && rows.length === 0 ? (
        <Failed error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Table<InteractionRow>
          className="panel"
          size="small"
          rowKey="id"
          columns={columns}
          dataSource={rows}
          loading={query.isPending}
          pagination={false}
          scroll={{ x: 960 }}
          onRow={({ id }) => ({
            onClick: () => void navigate(`/interactions/${id}`),
            className: "pointer",
          })}
          locale={{ emptyText: <Blank icon={ListTree} title={t("interactions.empty")} /> }}
        />
      )}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
    </div>
  );
}

function useInteractions() {
  const [params] = useSearchParams();
  const filter = Object.fromEntries(
    FILTERS.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])),
  );
  return useInfiniteQuery({
    queryKey: ["interactions", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/interactions", {
          params: {
            query: { ...filter, limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

function Filters() {
  const { t } = useTranslation();
  const words = useWords();
  const [params, setParams] = useSearchParams();
  const queues = useQuery({
    queryKey: ["queues"],
    queryFn: () => unwrap(api.GET("/queues")),
    staleTime: 60_000,
  });
  const set = (patch: Record<string, string | null | undefined>) =>
    setParams((old) => {
      for (const [name, value] of Object.entries(patch)) {
        if (value) old.set(name, value);
        else old.delete(name);
      }
      return old;
    });
  const day = (name: string) => (params.get(name) ? dayjs(params.get(name)) : null);
  return (
    <>
      <Select
        allowClear
        style={{ width: 130 }}
        placeholder={t("interactions.state")}
        aria-label={t("interactions.state")}
        value={params.get("state")}
        onChange={(state) => set({ state })}
        options={STATES.map((value) => ({ value, label: t(`interaction_state.${value}`) }))}
      />
      <Select
        allowClear
        style={{ width: 150 }}
        placeholder={t("queues.queue")}
        aria-label={t("queues.queue")}
        value={params.get("queue")}
        onChange={(queue) => set({ queue })}
        options={(queues.data?.items ?? []).map(({ id, name, display }) => ({
          value: id,
          label: words(display) || name,
        }))}
      />
      <DatePicker.RangePicker
        allowEmpty
        value={[day("from"), day("to")]}
        aria-label={t("interactions.days")}
        onChange={(range) =>
          set({
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
      render: (_, { customer, phone_masked }) => (
        <span className="row">
          <span className="clip">{customer?.name ?? phone_masked ?? t("customer.withheld")}</span>
          {customer && <LevelChip level={customer.level} />}
        </span>
      ),
    },
    { title: t("interactions.number"), dataIndex: "number", width: 80, className: "num" },
    { title: t("queues.queue"), width: 110, render: (_, { queue }) => queue?.name ?? "–" },
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
