/** Dialling lists: each with its progress; started, paused, stopped, filled and looked into. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Progress, type TableColumnsType } from "antd";
import { Pause, Play, Square } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type DiallingList, unwrap } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { useQueueName } from "@/lib/queues";
import { Chip, useSayRefusal } from "@/ui/parts";
import { ListDialog } from "./list-dialog";
import { Entries } from "./list-entries";
import { FillDialog } from "./list-fill";
import { ListPage, useEditing } from "./parts";

const TONE = { draft: "neutral", running: "ok", paused: "warn", stopped: "neutral" } as const;
type Verb = "start" | "pause" | "stop";

export function DiallingListsPage() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["dialling-lists"],
    queryFn: () => unwrap(api.GET("/dialling-lists")),
    refetchInterval: 3_000,
  });
  const [filled, fill] = useState<DiallingList | null>(null);
  const [shown, show] = useState<string>();
  const turn = useTurn();
  const editing = useEditing<DiallingList>("outbound.write", (list) => (
    <Verbs list={list} turn={turn} fill={() => fill(list)} />
  ));
  const lists = query.data?.items ?? [];
  const open = lists.find(({ id }) => id === shown) ?? lists[0];
  return (
    <>
      <ListPage
        title={t("admin.lists")}
        query={query}
        columns={[...useColumns(show), editing.column]}
        rowKey="id"
        add={editing.add}
      />
      {editing.dialog((list, close) => (
        <ListDialog list={list} close={close} />
      ))}
      {filled && <FillDialog list={filled} close={() => fill(null)} />}
      {open && <Entries key={open.id} list={open} />}
    </>
  );
}

function useColumns(show: (id: string) => void): TableColumnsType<DiallingList> {
  const { t } = useTranslation();
  const queueName = useQueueName();
  return [
    {
      title: t("lists.list"),
      render: (_, list) => (
        <Button type="text" size="small" className="strong" onClick={() => show(list.id)}>
          {list.name}
        </Button>
      ),
    },
    {
      title: t("lists.state"),
      render: (_, { state, why }) => (
        <Chip tone={TONE[state]}>
          {t(`lists.state_of.${state}`)}
          {why && ` (${t("refusal.not_found")})`}
        </Chip>
      ),
    },
    { title: t("lists.mode"), render: (_, { mode }) => t(`lists.mode_of.${mode}`) },
    { title: t("dial.queue"), render: (_, { queue_name }) => queueName(queue_name) },
    { title: t("lists.progress"), width: 220, render: (_, list) => <Bar list={list} /> },
  ];
}

function Bar({ list }: { list: DiallingList }) {
  const { t } = useTranslation();
  const word = useCodeWords();
  const { total, ended, states, outcomes } = list.progress;
  const counts = [
    ...Object.entries(states)
      .filter(([state]) => state !== "ended")
      .map(([state, count]) => `${word("lists.entry_state", state)} ${count}`),
    ...Object.entries(outcomes).map(
      ([outcome, count]) => `${word("lists.outcome_of", outcome)} ${count}`,
    ),
  ];
  return (
    <div className="stack" style={{ gap: 0 }}>
      <Progress
        percent={total ? Math.round((100 * ended) / total) : 0}
        size="small"
        aria-label={t("lists.progress")}
        format={() => `${ended}/${total}`}
      />
      <small className="muted">{counts.join(" · ")}</small>
    </div>
  );
}

type Turned = { id: string; verb: Verb };

function useTurn() {
  const { message } = App.useApp();
  const { t } = useTranslation();
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: ({ id, verb }: Turned) =>
      unwrap(api.POST(`/dialling-lists/{list_id}/${verb}`, { params: { path: { list_id: id } } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["dialling-lists"] });
      void message.success(t("common.saved"));
    },
    onError: say,
  });
}

function Verbs(props: {
  list: DiallingList;
  turn: { mutate: (turned: Turned) => void };
  fill: () => void;
}) {
  const { t } = useTranslation();
  const { list, turn, fill } = props;
  const { id, state } = list;
  if (state === "stopped") return null;
  const go = (verb: Verb) => () => turn.mutate({ id, verb });
  return (
    <>
      <Button size="small" onClick={fill}>
        {t("lists.fill")}
      </Button>
      {state === "running" ? (
        <Button size="small" icon={<Pause size={13} aria-hidden />} onClick={go("pause")}>
          {t("lists.pause")}
        </Button>
      ) : (
        <Button size="small" icon={<Play size={13} aria-hidden />} onClick={go("start")}>
          {t("lists.start")}
        </Button>
      )}
      <Popconfirm title={t("lists.stop_sure")} onConfirm={go("stop")}>
        <Button size="small" danger icon={<Square size={13} aria-hidden />}>
          {t("lists.stop")}
        </Button>
      </Popconfirm>
    </>
  );
}
