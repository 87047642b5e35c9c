/** One search for all to whom a call may go: Enter transfers, Shift+Enter consults. */

import { useQuery } from "@tanstack/react-query";
import { Button, Input, Tooltip } from "antd";
import { Hash, type LucideIcon, Star, User, Users } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap, type Whom } from "@/lib/api";
import { useCodeWords, useWords } from "@/lib/i18n";
import { keep, recall } from "@/lib/storage";
import { clock } from "@/lib/time";
import { Chip, Waiting } from "@/ui/parts";
import { type Choice, type Colleague, choices, mayBe, type QueueTarget } from "./targets";

export type Asking = "transfer" | "consult" | "conference" | "message";
type Ask = (how: Asking, to: Whom) => void;

const LIKED = "favourite-targets";
const REFRESH_MS = 3_000;

/** While somebody is in the call already (`busy`) others may only be brought in. */
export function TargetBox({ ask, busy }: { ask: Ask; busy: boolean }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [liked, like] = useLiked();
  const wanted = useDeferredValue(typed.trim());
  const { data, isError, isPlaceholderData } = useQuery({
    queryKey: ["targets", wanted],
    queryFn: () => unwrap(api.GET("/targets", { params: { query: wanted ? { q: wanted } : {} } })),
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
  const found = choices(data, wanted, liked);
  const here = Math.min(at, Math.max(0, found.length - 1));
  // What is shown until the answer comes was found for fewer letters: Enter waits for its own.
  const fresh = data !== undefined && !isPlaceholderData && wanted === typed.trim();
  const [early, setEarly] = useState<Asking | null>(null);
  const take = (how: Asking, choice: Choice | undefined) => {
    if (choice && mayBe(how, choice)) ask(how, choice.to);
  };
  const enter = (how: Asking) => (fresh ? take(how, found[here]) : setEarly(how));
  useEffect(() => {
    if (!early || !fresh) return;
    setEarly(null);
    take(early, found[here]);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(here + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(here - 1, 0));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing)
      enter(busy ? "conference" : event.shiftKey ? "consult" : "transfer");
    else return;
    event.preventDefault();
  };
  return (
    <div className="targets">
      <Input
        autoFocus
        allowClear
        value={typed}
        role="combobox"
        aria-expanded
        aria-controls="targets"
        aria-activedescendant={found[here] && `target-${found[here].key}`}
        aria-label={t("call.to_whom")}
        placeholder={t("call.to_whom")}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
          setEarly(null);
        }}
        onKeyDown={onKeyDown}
      />
      {!data && !isError && <Waiting rows={4} />}
      {isError && <p className="muted">{t("refusal.unreachable")}</p>}
      {data && found.length === 0 && <p className="muted">{t("call.none_found")}</p>}
      <div
        id="targets"
        role="listbox"
        aria-busy={!fresh}
        aria-label={t("call.to_whom")}
        className="target-list"
      >
        {found.map((choice, index) => (
          <div
            key={choice.key}
            id={`target-${choice.key}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === here}
            className={`row target ${index === here ? "on" : ""}`}
            onMouseEnter={() => setAt(index)}
          >
            <About choice={choice} />
            <Like on={liked.includes(choice.key)} press={() => like(choice.key)} choice={choice} />
            <Ways choice={choice} busy={busy} take={take} />
          </div>
        ))}
      </div>
      {!busy && <p className="muted">{t("call.keys_help")}</p>}
    </div>
  );
}

function Ways({
  choice,
  busy,
  take,
}: {
  choice: Choice;
  busy: boolean;
  take: (how: Asking, choice: Choice) => void;
}) {
  const { t } = useTranslation();
  const way = (how: Asking, words: "transfer" | "consult" | "add" | "message") => (
    <Button
      size="small"
      tabIndex={-1}
      disabled={!mayBe(how, choice)}
      onClick={() => take(how, choice)}
    >
      {t(`call.${words}`)}
    </Button>
  );
  return (
    <>
      {!busy && way("transfer", "transfer")}
      {!busy && way("consult", "consult")}
      {way("conference", "add")}
      {!busy && choice.kind !== "number" && way("message", "message")}
    </>
  );
}

function About({ choice }: { choice: Choice }) {
  const { t } = useTranslation();
  if (choice.kind === "colleague") return <Person colleague={choice.colleague} />;
  if (choice.kind === "queue") return <Line queue={choice.queue} />;
  return <Named icon={Hash} name={choice.number} kind={t("call.number")} />;
}

function Person({ colleague }: { colleague: Colleague }) {
  const { t } = useTranslation();
  const code = useCodeWords();
  const { state, reason, can_come, extension, team, skills } = colleague;
  const tone = can_come ? (state === "ready" ? "ok" : "warn") : "neutral";
  return (
    <Named icon={User} name={colleague.name} kind={t("call.colleagues")} about={skillsOf(skills)}>
      {extension && <span className="muted num">{extension}</span>}
      {team && <span className="muted">{team}</span>}
      <Chip tone={tone} title={reason ? code("reason", reason) : undefined}>
        {t(`state.${state}`)}
      </Chip>
    </Named>
  );
}

function Line({ queue }: { queue: QueueTarget }) {
  const { t } = useTranslation();
  const words = useWords();
  const { display, name, open, waiting, ewt_ms, free, skills_required } = queue;
  return (
    <Named
      icon={Users}
      name={words(display) || name}
      kind={t("call.queues")}
      about={skillsOf(skills_required)}
    >
      {!open && <Chip tone="bad">{t("call.closed")}</Chip>}
      <span className="muted num">{t("call.free", { count: free })}</span>
      {waiting > 0 && <span className="muted num">{t("call.waiting", { count: waiting })}</span>}
      {ewt_ms !== null && ewt_ms > 0 && (
        <span className="muted num">{t("call.ewt", { time: clock(ewt_ms) })}</span>
      )}
    </Named>
  );
}

const skillsOf = (skills: Record<string, number>): string =>
  Object.entries(skills)
    .map(([skill, level]) => `${skill} ${level}`)
    .join(", ");

function Named({
  icon: Icon,
  name,
  kind,
  about,
  children,
}: {
  icon: LucideIcon;
  name: string;
  kind: string;
  about?: string;
  children?: React.ReactNode;
}) {
  return (
    <span className="row grow target-name">
      <Icon size={15} role="img" aria-label={kind} />
      <span className="clip">
        <span className="strong">{name}</span>
        {about && <span className="muted"> · {about}</span>}
      </span>
      {children}
    </span>
  );
}

function Like({ on, press, choice }: { on: boolean; press: () => void; choice: Choice }) {
  const { t } = useTranslation();
  if (choice.kind === "number") return null;
  return (
    <Tooltip title={t("call.favourite")}>
      <button
        type="button"
        tabIndex={-1}
        className="like"
        aria-label={t("call.favourite")}
        aria-pressed={on}
        onClick={press}
      >
        <Star size={14} fill={on ? "currentColor" : "none"} aria-hidden />
      </button>
    </Tooltip>
  );
}

/** Favourites are kept in this browser. */
function useLiked(): [string[], (key: string) => void] {
  const [liked, setLiked] = useState(() => recall<string[]>(LIKED, []));
  const toggle = (key: string) => {
    const now = liked.includes(key) ? liked.filter((one) => one !== key) : [...liked, key];
    keep(LIKED, now);
    setLiked(now);
  };
  return [liked, toggle];
}
