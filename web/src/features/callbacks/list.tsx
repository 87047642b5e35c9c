/** Who is to be called, what became of it, and who hung up while waiting: one click calls them. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm, Segmented, Space, type TableColumnsType } from "antd";
import { PhoneMissed, PhoneOutgoing } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Abandoned, api, type Callback, unwrap } from "@/lib/api";
import { useFilters } from "@/lib/filters";
import { useCodeWords } from "@/lib/i18n";
import { usePages } from "@/lib/pages";
import { useQueueName, useQueueOptions } from "@/lib/queues";
import { useMay } from "@/lib/session";
import { clock, moment } from "@/lib/time";
import { Chip, LevelChip, PageHead, useSayRefusal } from "@/ui/parts";
import { FilterSelect, PagedRows } from "@/ui/rows";

const SHOWN = ["open", "tried", "done", "abandoned"] as const;
type Shown = (typeof SHOWN)[number];
const HOUR_MS = 3_600_000;

export function CallbacksPage() {
  const { t } = useTranslation();
  const { chosen, choose } = useFilters(["show", "queue"] as const);
  const shown = SHOWN.find((one) => one === chosen.show) ?? "open";
  const queue = chosen.queue ? { queue: chosen.queue } : {};
  return (
    <div className="page">
      <PageHead title={t("callbacks.title")}>
        <Segmented<Shown>
          value={shown}
          onChange={(show) => choose({ show })}
          options={SHOWN.map((value) => ({ value, label: t(`callbacks.${value}`) }))}
        />
        <FilterSelect
          name={t("queues.queue")}
          value={chosen.queue}
          choose={(queue) => choose({ queue })}
          options={useQueueOptions()}
        />
      </PageHead>
      {shown === "abandoned" ? <HungUp queue={queue} /> : <Callbacks state={shown} queue={queue} />}
    </div>
  );
}

function Callbacks({
  state,
  queue,
}: {
  state: Exclude<Shown, "abandoned">;
  queue: { queue?: string };
}) {
  const { t } = useTranslation();
  const pages = usePages("callbacks", { state, ...queue }, (query) =>
    unwrap(api.GET("/callbacks", { params: { query } })),
  );
  return (
    <PagedRows<Callback>
      pages={pages}
      columns={useCallbackColumns()}
      rowKey="id"
      width={1000}
      icon={PhoneOutgoing}
      empty={t("callbacks.empty")}
    />
  );
}

function useCallbackColumns(): TableColumnsType<Callback> {
  const { t, i18n } = useTranslation();
  const code = useCodeWords();
  const queueName = useQueueName();
  return [
    { title: t("callbacks.customer"), ellipsis: true, render: (_, row) => <Who row={row} /> },
    { title: t("queues.queue"), width: 130, render: (_, row) => queueName(row.queue?.id) },
    {
      title: t("callbacks.state"),
      width: 130,
      render: (_, row) => <StateOf row={row} />,
    },
    {
      title: t("callbacks.due"),
      width: 130,
      render: (_, row) => (
        <span className="num muted">{moment(row.due_at ?? row.ended_at, i18n.language)}</span>
      ),
    },
    { title: t("callbacks.tries"), width: 70, render: (_, row) => row.tries },
    {
      title: t("callbacks.last"),
      width: 130,
      render: (_, row) => (row.last_outcome ? code("callback_outcome", row.last_outcome) : "–"),
    },
    {
      title: t("callbacks.agent"),
      width: 110,
      ellipsis: true,
      render: (_, row) => row.last_agent?.name ?? row.owner?.name ?? "–",
    },
    { width: 190, render: (_, row) => <Changes row={row} /> },
  ];
}

function Who({ row }: { row: Pick<Callback, "customer" | "phone" | "phone_masked" | "level"> }) {
  const phone = row.phone ?? row.phone_masked;
  return (
    <span className="row">
      <span>{row.customer?.name ?? phone ?? "–"}</span>
      {row.customer && <LevelChip level={row.level} />}
      {row.customer?.name && <span className="num muted">{phone}</span>}
    </span>
  );
}

function StateOf({ row }: { row: Callback }) {
  const { t } = useTranslation();
  const code = useCodeWords();
  if (row.state !== "ended")
    return (
      <Chip tone={row.state === "scheduled" ? "neutral" : "warn"}>
        {t(`callback_state.${row.state}`)}
      </Chip>
    );
  const tone = row.outcome === "reached" ? "ok" : row.outcome === "exhausted" ? "bad" : "neutral";
  return <Chip tone={tone}>{code("callback_outcome", row.outcome)}</Chip>;
}

/** Until an agent is at it, it can be put off or given up. */
function Changes({ row }: { row: Callback }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const onError = useSayRefusal();
  const onSuccess = () => client.invalidateQueries({ queryKey: ["callbacks"] });
  const params = { path: { id: row.id } };
  const putOff = useMutation({
    mutationFn: () => {
      const due_at = new Date(Date.now() + HOUR_MS).toISOString();
      return unwrap(api.POST("/callbacks/{id}/reschedule", { params, body: { due_at } }));
    },
    onSuccess,
    onError,
  });
  const cancel = useMutation({
    mutationFn: () => unwrap(api.POST("/callbacks/{id}/cancel", { params })),
    onSuccess,
    onError,
  });
  if (!may("interactions.control") || !["scheduled", "waiting"].includes(row.state)) return null;
  return (
    <Space>
      <Button size="small" loading={putOff.isPending} onClick={() => putOff.mutate()}>
        {t("callbacks.put_off")}
      </Button>
      <Popconfirm title={t("callbacks.confirm")} onConfirm={() => cancel.mutate()}>
        <Button size="small" danger loading={cancel.isPending}>
          {t("callbacks.cancel")}
        </Button>
      </Popconfirm>
    </Space>
  );
}

function HungUp({ queue }: { queue: { queue?: string } }) {
  const { t } = useTranslation();
  const pages = usePages("abandoned", queue, (query) =>
    unwrap(api.GET("/abandoned", { params: { query } })),
  );
  return (
    <PagedRows<Abandoned>
      pages={pages}
      columns={useHungUpColumns()}
      rowKey="interaction_id"
      width={820}
      icon={PhoneMissed}
      empty={t("callbacks.nobody")}
    />
  );
}

function useHungUpColumns(): TableColumnsType<Abandoned> {
  const { t, i18n } = useTranslation();
  const code = useCodeWords();
  const queueName = useQueueName();
  return [
    { title: t("callbacks.customer"), ellipsis: true, render: (_, row) => <Who row={row} /> },
    { title: t("queues.queue"), width: 130, render: (_, row) => queueName(row.queue?.id) },
    {
      title: t("callbacks.left"),
      width: 150,
      render: (_, row) => (
        <Link className="num" to={`/interactions/${row.interaction_id}`}>
          {moment(row.ended_at, i18n.language)}
        </Link>
      ),
    },
    {
      title: t("callbacks.waited"),
      width: 90,
      render: (_, row) => <span className="num">{clock(row.wait_ms ?? 0)}</span>,
    },
    {
      title: t("callbacks.state"),
      width: 140,
      render: (_, row) => code("ended_by", row.ended_by),
    },
    {
      title: t("callbacks.called"),
      width: 150,
      render: (_, row) => (row.callback ? <StateOf row={row.callback} /> : <CallBack row={row} />),
    },
  ];
}

function CallBack({ row }: { row: Abandoned }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const onError = useSayRefusal();
  const call = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/callbacks", { body: { interaction_id: row.interaction_id } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["abandoned"] }),
    onError,
  });
  if (!may("interactions.control")) return null;
  return (
    <Button
      size="small"
      type="primary"
      icon={<PhoneOutgoing size={13} aria-hidden />}
      loading={call.isPending}
      onClick={() => call.mutate()}
    >
      {t("callbacks.call")}
    </Button>
  );
}
