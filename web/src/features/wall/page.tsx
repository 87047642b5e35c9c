/** The wall: every queue at a glance, for a screen that is read from across the room. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Tooltip } from "antd";
import { Inbox, Maximize, Moon, Sun, WifiOff, X } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, unwrap, type Wall, type WallQueue } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { useQueueName } from "@/lib/queues";
import { useMay, useStreamEvents, useStreamStatus } from "@/lib/session";
import type { StreamEvent } from "@/lib/stream";
import { clock, useNow } from "@/lib/time";
import { Blank, Failed } from "@/ui/parts";
import { choose, useDark } from "@/ui/theme";
import {
  heard,
  levelTone,
  longest,
  STATES,
  shownIn,
  type Tone,
  turnsOf,
  untilTomorrow,
  WALL_HEADS,
  waitTone,
} from "./wall";
import "./wall.css";

const TURN_MS = 10_000;
const WIDE: ReadonlySet<string> = new Set(["longest", "ewt", "level"]);

export function WallPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { data, error, isPending, refetch, skew_ms } = useWall(may("live.read"));
  const now = useNow() - skew_ms;
  return (
    <main className="wall" data-stream={useStreamStatus()}>
      <Head wall={data} now={now} />
      {!may("live.read") && <Blank icon={Inbox} title={t("wall.forbidden")} />}
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {may("live.read") && isPending && <p className="wall-note">{t("wall.loading")}</p>}
      {data?.queues.length === 0 && <Blank icon={Inbox} title={t("wall.empty")} />}
      {data && data.queues.length > 0 && <Board wall={data} now={now} />}
    </main>
  );
}

/** Asked once, then told by the stream; asked again after a gap and when a day begins. */
function useWall(enabled: boolean) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["wall"],
    queryFn: async () => {
      const wall = await unwrap(api.GET("/wall"));
      return { ...wall, skew_ms: Date.now() - Date.parse(wall.at) };
    },
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data ? untilTomorrow(state.data, Date.now()) : false),
  });
  const hear = useCallback(
    (event: StreamEvent) =>
      client.setQueryData<Wall>(["wall"], (wall) => wall && heard(wall, event)),
    [client],
  );
  useStreamEvents(hear);
  return { ...query, skew_ms: query.data?.skew_ms ?? 0 };
}

function Head({ wall, now }: { wall: Wall | undefined; now: number }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const dark = useDark();
  const lost = useStreamStatus() === "reconnecting";
  useHotkeys({ f: fill, escape: () => void navigate("/") });
  const waiting = wall?.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const time = new Date(now).toLocaleTimeString(i18n.language, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  return (
    <header className="wall-head">
      <h1>{t("wall.title")}</h1>
      {waiting !== undefined && <span className="num">{t("wall.all_waiting", { waiting })}</span>}
      {lost && (
        <output className="wall-lost">
          <WifiOff aria-hidden />
          {t("wall.reconnecting")}
        </output>
      )}
      <span className="wall-time num">{time}</span>
      <span className="row">
        <Verb name={t("wall.appearance")} act={() => choose(dark ? "light" : "dark")}>
          {dark ? <Sun size={18} aria-hidden /> : <Moon size={18} aria-hidden />}
        </Verb>
        <Verb name={t("wall.full")} act={fill}>
          <Maximize size={18} aria-hidden />
        </Verb>
        <Verb name={t("wall.leave")} act={() => void navigate("/")}>
          <X size={18} aria-hidden />
        </Verb>
      </span>
    </header>
  );
}

function Verb(props: { name: string; act: () => void; children: React.ReactNode }) {
  return (
    <Tooltip title={props.name}>
      <Button type="text" aria-label={props.name} icon={props.children} onClick={props.act} />
    </Tooltip>
  );
}

function fill(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen();
}

function Board({ wall, now }: { wall: Wall; now: number }) {
  const { t, i18n } = useTranslation();
  const turns = turnsOf(wall.queues);
  const turn = Math.floor(now / TURN_MS) % turns;
  const rows = shownIn(wall.queues, turn);
  const since = new Date(wall.since).toLocaleString(i18n.language, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  return (
    <>
      <table className="wall-board" style={{ "--rows": rows.length } as React.CSSProperties}>
        <thead>
          <tr>
            <th scope="col">{t("wall.queue")}</th>
            {WALL_HEADS.map((head) => (
              <th key={head} scope="col" className={WIDE.has(head) ? "wall-wide" : undefined}>
                {t(`wall.${head}`)}
              </th>
            ))}
            {STATES.map((state) => (
              <th key={state} scope="col" className={`state-${state}`}>
                {t(`state.${state}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((queue) => (
            <Row key={queue.queue_id} queue={queue} now={now} />
          ))}
        </tbody>
      </table>
      <footer className="wall-foot">
        <span>{t("wall.formula", { since })}</span>
        {turns > 1 && <span className="num">{t("wall.turn", { turn: turn + 1, turns })}</span>}
        {wall.left_out > 0 && <span>{t("wall.left_out", { count: wall.left_out })}</span>}
      </footer>
    </>
  );
}

function Row({ queue, now }: { queue: WallQueue; now: number }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const { today } = queue;
  const wait = longest(queue, now);
  return (
    <tr>
      <th scope="row">{queueName(queue.name)}</th>
      <Figure value={queue.waiting} tone={queue.waiting ? "strong" : "quiet"} />
      <Figure value={wait === null ? "–" : clock(wait)} tone={waitTone(wait, today)} />
      <Figure value={queue.ewt_ms === null ? "–" : clock(queue.ewt_ms)} tone="plain" />
      <Figure
        value={percent(today.service_level)}
        tone={levelTone(today.service_level)}
        below={t("wall.within", { seconds: today.within_s })}
        title={today.formula}
      />
      <Figure value={today.abandoned} tone={today.abandoned ? "plain" : "quiet"} />
      <Figure value={queue.callbacks_open} tone={queue.callbacks_open ? "plain" : "quiet"} />
      <Figure value={queue.written} tone={queue.written ? "plain" : "quiet"} />
      <Figure value={queue.promises_missed} tone={queue.promises_missed ? "bad" : "quiet"} />
      {STATES.map((state) => {
        const count = queue.agents[state] ?? 0;
        return <Figure key={state} value={count} tone={count ? "plain" : "quiet"} />;
      })}
    </tr>
  );
}

function Figure(props: {
  value: string | number;
  tone: Tone | "strong" | "quiet";
  below?: string;
  title?: string;
}) {
  return (
    <td className={`num wall-${props.tone}`} title={props.title}>
      {props.value}
      {props.below && <small>{props.below}</small>}
    </td>
  );
}

function percent(level: number | null): string {
  return level === null ? "–" : `${Math.round(level * 100)}%`;
}
