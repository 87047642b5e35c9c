/** The small parts that pages are built from. */

import { App, Button, Skeleton } from "antd";
import { Check, CircleAlert, Copy, type LucideIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { codeOf, type Level, type Priority } from "@/lib/api";
import { useRefusalWords } from "@/lib/i18n";
import { clock, since, useNow } from "@/lib/time";

type Tone = "ok" | "warn" | "bad" | "accent" | "neutral";

export function Panel(props: {
  title?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section className={`panel ${props.className ?? ""}`}>
      {props.title && (
        <header>
          <h2>{props.title}</h2>
          {props.actions}
        </header>
      )}
      <div className={props.flush ? "body flush" : "body"}>{props.children}</div>
    </section>
  );
}

export function Chip({
  tone = "neutral",
  icon: Icon,
  title,
  children,
}: {
  tone?: Tone;
  icon?: LucideIcon;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`chip ${tone}`} title={title}>
      {Icon && <Icon size={13} aria-hidden />}
      {children}
    </span>
  );
}

const LEVEL_TONE: Record<Level, Tone> = {
  regular: "neutral",
  silver: "neutral",
  gold: "warn",
  platinum: "accent",
  diamond: "accent",
};

export function LevelChip({ level }: { level: Level }) {
  const { t } = useTranslation();
  return <Chip tone={LEVEL_TONE[level]}>{t(`level.${level}`)}</Chip>;
}

const PRIORITY_TONE: Record<Priority, Tone> = {
  P1: "bad",
  P2: "warn",
  P3: "accent",
  P4: "neutral",
};

export function PriorityChip({ priority }: { priority: Priority }) {
  return <Chip tone={PRIORITY_TONE[priority]}>{priority}</Chip>;
}

export function Elapsed({ from }: { from: string }) {
  const now = useNow();
  return <span className="num">{clock(since(from, now))}</span>;
}

/** A number that one click copies. */
export function CopyText({ text, shown }: { text: string; shown?: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button
      type="button"
      className="plain num"
      onClick={() => void copy()}
      title={t("common.copy")}
    >
      {shown ?? text}
      {copied ? (
        <Check size={13} aria-label={t("common.copied")} />
      ) : (
        <Copy size={13} aria-label={t("common.copy")} />
      )}
    </button>
  );
}

export function Blank({
  icon: Icon,
  title,
  children,
}: {
  icon: LucideIcon;
  title: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="blank">
      <div className="badge">
        <Icon size={20} aria-hidden />
      </div>
      <div className="strong">{title}</div>
      {children}
    </div>
  );
}

interface Pending<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** Loading, failed or there: every read of a page goes through this one door. */
export function Await<T>({
  query,
  children,
  rows = 3,
}: {
  query: Pending<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Waiting rows={rows} />;
  return <Failed error={query.error} retry={() => void query.refetch()} />;
}

export function Waiting({ rows }: { rows: number }) {
  return (
    <div style={{ padding: 14 }} aria-busy="true">
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const say = useRefusalWords();
  return (
    <Blank icon={CircleAlert} title={t("common.failed")}>
      <p>{say(codeOf(error), error)}</p>
      <Button size="small" onClick={retry}>
        {t("common.retry")}
      </Button>
    </Blank>
  );
}

/** Says a refusal in a passing message; for actions, where `Await` is for reads. */
export function useSayRefusal(): (error: unknown) => void {
  const { message } = App.useApp();
  const say = useRefusalWords();
  return (error) => void message.error(say(codeOf(error), error));
}

/** A ring that empties; `children` stand in its middle. */
export function RingTimer({
  part,
  size = 44,
  tone,
  children,
}: {
  part: number;
  size?: number;
  tone: string;
  children: ReactNode;
}) {
  const radius = size / 2 - 3;
  const length = 2 * Math.PI * radius;
  const left = Math.min(1, Math.max(0, part));
  return (
    <span className="ring-timer num">
      <svg width={size} height={size} aria-hidden="true">
        <circle
          cx={size / 2}
          cy={size / 2}
          r={radius}
          fill="none"
          stroke="var(--line)"
          strokeWidth="3"
        />
        <circle
          cx={size / 2}
          cy={size / 2}
          r={radius}
          fill="none"
          stroke={tone}
          strokeWidth="3"
          strokeLinecap="round"
          strokeDasharray={length}
          strokeDashoffset={length * (1 - left)}
          transform={`rotate(-90 ${size / 2} ${size / 2})`}
        />
      </svg>
      <span>{children}</span>
    </span>
  );
}

export function Meter({ level, label }: { level: number; label: string }) {
  return (
    <div className="meter">
      <meter className="visually-hidden" aria-label={label} min={0} max={1} value={level} />
      <span style={{ width: `${level * 100}%` }} />
    </div>
  );
}

export function PageHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="head">
      <h1>{title}</h1>
      {children && <div className="row wrap">{children}</div>}
    </div>
  );
}

/** Words for ears only. */
export function Unseen({ children }: { children: ReactNode }) {
  return <span className="visually-hidden">{children}</span>;
}
