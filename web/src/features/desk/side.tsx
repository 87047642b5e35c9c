/** The left column: my queues at a glance, what I handled last. */

import { useQuery } from "@tanstack/react-query";
import { History, PhoneMissed } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type InteractionRow, type Named, type QueueLive, unwrap } from "@/lib/api";
import { useQueueName } from "@/lib/queues";
import { clock, moment } from "@/lib/time";
import { Await, Blank, Panel } from "@/ui/parts";
import { useDesk } from "./context";

export function QueueGlance() {
  const { t } = useTranslation();
  const { me } = useDesk();
  return (
    <Panel title={t("queues.mine")} flush>
      {me.queues.length === 0 && <p className="muted pad">{t("queues.none")}</p>}
      {me.queues.length > 0 && (
        <table className="glance num">
          <thead>
            <tr>
              <th scope="col">{t("queues.queue")}</th>
              <th scope="col">{t("queues.waiting")}</th>
              <th scope="col">{t("queues.longest")}</th>
              <th scope="col">{t("queues.ready")}</th>
            </tr>
          </thead>
          <tbody>
            {me.queues.map((queue) => (
              <GlanceRow key={queue.id} {...queue} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function GlanceRow({ id, name }: Named) {
  const queueName = useQueueName();
  const { data } = useQuery({
    queryKey: ["queue-live", id],
    queryFn: () => unwrap(api.GET("/queues/{id}/live", { params: { path: { id } } })),
    refetchInterval: 10_000,
  });
  return (
    <tr>
      <th scope="row">{queueName(name)}</th>
      <td className={data?.waiting ? "strong" : "muted"}>{data?.waiting ?? "–"}</td>
      <td className={data?.waiting ? "" : "muted"}>{longest(data)}</td>
      <td>{data ? (data.agents.ready ?? 0) : "–"}</td>
    </tr>
  );
}

const longest = (live: QueueLive | undefined) =>
  live?.waiting ? clock(live.longest_wait_ms) : "–";

export function RecentList() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["my-interactions"],
    queryFn: () => unwrap(api.GET("/me/interactions")),
  });
  return (
    <Panel title={t("recent.title")} flush>
      <Await query={query} rows={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Blank icon={History} title={t("recent.empty")} />
          ) : (
            <ul>
              {items.slice(0, 8).map((row) => (
                <RecentItem key={row.id} row={row} />
              ))}
            </ul>
          )
        }
      </Await>
    </Panel>
  );
}

function RecentItem({ row }: { row: InteractionRow }) {
  const { i18n, t } = useTranslation();
  return (
    <li>
      <Link className="line-item" to={`/interactions/${row.id}`}>
        {row.ended_by === "abandoned" && (
          <PhoneMissed size={14} color="var(--bad)" aria-label={t("ended_by.abandoned")} />
        )}
        <span className="grow clip">
          {row.direction === "internal"
            ? t("internal.title")
            : (row.customer?.name ??
              row.phone_masked ??
              t(row.channel === "voice" ? "customer.withheld" : `channel.${row.channel}`))}
        </span>
        <span className="muted num">
          {typeof row.talk_ms === "number" ? clock(row.talk_ms) : ""}
        </span>
        <span className="muted num">{moment(row.started_at, i18n.language)}</span>
      </Link>
    </li>
  );
}
