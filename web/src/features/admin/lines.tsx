/** One list as a CSV file: out at once; in line by line, tried before it is written. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Drawer, Input, Table, type TableColumnsType } from "antd";
import { ArrowDownUp, Download, FileUp } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  API_PREFIX,
  api,
  type ImportedLine,
  type ImportedLines,
  type LineFate,
  type LinesTable,
  unwrap,
} from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { useMay } from "@/lib/session";
import { Chip, CopyText, Panel, useSayRefusal } from "@/ui/parts";

const TONE = {
  added: "ok",
  changed: "accent",
  removed: "warn",
  unchanged: "neutral",
  refused: "bad",
} as const;
/** What needs a look comes first. */
const FATES: LineFate[] = ["refused", "removed", "changed", "added", "unchanged"];

/** A line of the answer; new users have a password that is told this once. */
export type Answered = ImportedLine & { password?: string | null };
type Answer = Omit<ImportedLines, "lines"> & { lines: Answered[] };

interface Filed {
  table: LinesTable | "users";
  href: string;
  /** The list that is read again after an import. */
  stale: string;
  /** Not there for those who may only read. */
  send?: ((text: string, dry_run: boolean) => Promise<Answer>) | undefined;
}

/** A button that opens the drawer of a part of the configuration. */
export function LinesButton({ table, stale }: { table: LinesTable; stale: string }) {
  const may = useMay();
  if (!may("configuration.read")) return null;
  const send = (text: string, dry_run: boolean) =>
    unwrap(
      api.POST("/configuration/tables/{table}", {
        params: { path: { table }, query: { dry_run } },
        body: { text },
      }),
    );
  return (
    <FileButton
      table={table}
      href={`${API_PREFIX}/configuration/tables/${table}`}
      stale={stale}
      send={may("configuration.write") ? send : undefined}
    />
  );
}

/** A button that opens the drawer. */
export function FileButton(filed: Filed) {
  const { t } = useTranslation();
  const [opened, open] = useState(false);
  return (
    <>
      <Button icon={<ArrowDownUp size={14} aria-hidden />} onClick={() => open(true)}>
        {t("lines.title")}
      </Button>
      <Drawer
        open={opened}
        onClose={() => open(false)}
        size={760}
        title={t(`lines.of.${filed.table}`)}
        destroyOnHidden
      >
        <div className="stack">
          <Out {...filed} />
          {filed.send && <In send={filed.send} stale={filed.stale} />}
        </div>
      </Drawer>
    </>
  );
}

function Out({ table, href }: Filed) {
  const { t } = useTranslation();
  return (
    <Panel title={t("lines.export")}>
      <p className="muted" style={{ marginBottom: 10 }}>
        {t(`lines.columns.${table}`)}
      </p>
      <Button icon={<Download size={14} aria-hidden />} href={href} download={`${table}.csv`}>
        {t("lines.download")}
      </Button>
    </Panel>
  );
}

function In({ send, stale }: { send: NonNullable<Filed["send"]>; stale: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const say = useSayRefusal();
  const client = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [seen, setSeen] = useState<Answer | null>(null);
  const look = useMutation({
    mutationFn: () => send(text, true),
    onSuccess: setSeen,
    onError: say,
  });
  const write = useMutation({
    mutationFn: () => send(text, false),
    onSuccess: (done) => {
      setSeen(done);
      if (!done.written) return;
      void client.invalidateQueries({ queryKey: [stale] });
      void client.invalidateQueries({ queryKey: ["configuration"] });
      void message.success(t("common.saved"));
    },
    onError: say,
  });
  const change = (next: string) => {
    setText(next);
    setSeen(null);
  };
  const differing = seen ? seen.lines.filter(({ fate }) => fate !== "unchanged").length : 0;
  const possible = seen?.dry_run && !seen.counts.refused && differing > 0;
  return (
    <Panel title={t("lines.import")}>
      <div className="stack">
        <p className="muted">{t("lines.import_hint")}</p>
        <input
          ref={chooser}
          type="file"
          hidden
          accept=".csv,.tsv,.txt"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void file.text().then(change);
            event.target.value = "";
          }}
        />
        <span className="row">
          <Button icon={<FileUp size={14} aria-hidden />} onClick={() => chooser.current?.click()}>
            {t("config.choose")}
          </Button>
        </span>
        <Input.TextArea
          className="mono"
          rows={6}
          spellCheck={false}
          value={text}
          onChange={(event) => change(event.target.value)}
          aria-label={t("lines.text")}
          placeholder={t("lines.text")}
        />
        <span className="row">
          <Button disabled={!text.trim()} loading={look.isPending} onClick={() => look.mutate()}>
            {t("config.try")}
          </Button>
          <Button
            type="primary"
            disabled={!possible}
            loading={write.isPending}
            onClick={() => write.mutate()}
          >
            {t("config.apply")}
          </Button>
        </span>
        {seen && <Answers seen={seen} />}
      </div>
    </Panel>
  );
}

function Answers({ seen }: { seen: Answer }) {
  const { t } = useTranslation();
  const words = useCodeWords();
  const rows = [...seen.lines].sort(
    (a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate) || a.line - b.line,
  );
  const columns: TableColumnsType<Answered> = [
    { title: t("lines.line"), dataIndex: "line", align: "right", className: "num", width: 70 },
    {
      title: t("lines.fate"),
      width: 110,
      render: (_, { fate }) => <Chip tone={TONE[fate]}>{t(`lines.fates.${fate}`)}</Chip>,
    },
    {
      title: t("lines.what"),
      render: (_, { name, part }) => (part ? `${name} · ${part}` : name),
    },
    {
      title: t("lines.why"),
      render: (_, { code, detail, password }) =>
        password ? (
          <CopyText text={password} />
        ) : (
          code && (
            <>
              <span className="strong">{words("lines.codes", code)}</span>
              <div className="muted">{detail}</div>
            </>
          )
        ),
    },
  ];
  return (
    <section aria-live="polite" className="stack">
      <span className="row wrap">
        {FATES.filter((fate) => seen.counts[fate]).map((fate) => (
          <Chip key={fate} tone={TONE[fate]}>
            {t(`lines.fates.${fate}`)} {seen.counts[fate]}
          </Chip>
        ))}
      </span>
      {(seen.counts.refused ?? 0) > 0 && (
        <Alert type="error" showIcon title={t("lines.nothing_written")} />
      )}
      {seen.lines.some(({ password }) => password) && (
        <Alert type="warning" showIcon title={t("setup.passwords_once")} />
      )}
      <Table<Answered>
        size="small"
        rowKey="line"
        columns={columns}
        dataSource={rows}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
      />
    </section>
  );
}
