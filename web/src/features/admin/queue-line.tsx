/** Who stands in a queue's line now; who leads it lets one go first, or leads one elsewhere. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Modal, type TableColumnsType } from "antd";
import { ArrowUpToLine, Coffee, Shuffle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Queue, type QueueLive, unwrap } from "@/lib/api";
import { useQueueName, useQueueOptions } from "@/lib/queues";
import { useMay } from "@/lib/session";
import { clock } from "@/lib/time";
import { Chip, LevelChip, useSayRefusal } from "@/ui/parts";
import { Rows } from "@/ui/rows";

const EVERY_MS = 2_000;

type Waiting = QueueLive["calls"][number];

export function QueueLine({ queue, close }: { queue: Queue; close: () => void }) {
  const { t } = useTranslation();
  const name = useQueueName();
  const params = { path: { id: queue.id } };
  const live = useQuery({
    queryKey: ["queue-live", queue.id],
    queryFn: () => unwrap(api.GET("/queues/{id}/live", { params })),
    refetchInterval: EVERY_MS,
  });
  return (
    <Modal
      open
      width={760}
      title={t("queue.line_of", { name: name(queue.id) })}
      onCancel={close}
      footer={null}
    >
      <Rows
        rows={live.data ? [...live.data.calls, ...live.data.papers] : []}
        query={live}
        columns={useColumns(queue)}
        rowKey="interaction_id"
        empty={t("queue.line_empty")}
        icon={Coffee}
      />
    </Modal>
  );
}

function useColumns(queue: Queue): TableColumnsType<Waiting> {
  const { t } = useTranslation();
  const routes = useMay()("interactions.route");
  return [
    { title: "#", dataIndex: "position", align: "right", className: "num" },
    { title: t("interactions.channel"), render: (_, { channel }) => t(`channel.${channel}`) },
    {
      title: t("queue.line_waited"),
      render: (_, { interaction_id, waited_ms }) => (
        <Link className="num" to={`/interactions/${interaction_id}`}>
          {clock(waited_ms)}
        </Link>
      ),
    },
    { title: t("queue.line_level"), render: (_, { level }) => <LevelChip level={level} /> },
    { title: t("ticket.priority"), dataIndex: "priority", align: "right", className: "num" },
    {
      title: t("queue.line_state"),
      render: (_, { boosted, ringing }) => (
        <span className="row">
          {ringing && <Chip tone="ok">{t("queue.line_ringing")}</Chip>}
          {boosted && <Chip tone="accent">{t("queue.line_boosted")}</Chip>}
        </span>
      ),
    },
    ...(routes
      ? [
          {
            title: t("admin.actions"),
            render: (_: unknown, call: Waiting) => <Verbs {...{ call, queue }} />,
          },
        ]
      : []),
  ];
}

function Verbs({ call, queue }: { call: Waiting; queue: Queue }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const onError = useSayRefusal();
  const others = useQueueOptions().filter(({ value }) => value !== queue.id);
  const params = { path: { id: call.interaction_id } };
  const onSettled = () => client.invalidateQueries({ queryKey: ["queue-live"] });
  const boost = useMutation({
    mutationFn: () => unwrap(api.POST("/interactions/{id}/boost", { params })),
    onError,
    onSettled,
  });
  const move = useMutation({
    mutationFn: (to_queue: string) =>
      unwrap(api.POST("/interactions/{id}/move", { params, body: { to_queue } })),
    onError,
    onSettled,
  });
  return (
    <span className="row">
      <Button
        size="small"
        icon={<ArrowUpToLine size={13} aria-hidden />}
        disabled={call.boosted}
        loading={boost.isPending}
        onClick={() => boost.mutate()}
      >
        {t("queue.boost")}
      </Button>
      <Dropdown
        trigger={["click"]}
        disabled={others.length === 0}
        menu={{
          items: others.map(({ value, label }) => ({ key: value, label })),
          onClick: ({ key }) => move.mutate(key),
        }}
      >
        <Button size="small" icon={<Shuffle size={13} aria-hidden />} loading={move.isPending}>
          {t("queue.move")}
        </Button>
      </Dropdown>
    </span>
  );
}
