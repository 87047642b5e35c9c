/** Files of a talk: dropped or chosen, listed, fetched. */

import { Button } from "antd";
import { Download, FileText, Image as ImageIcon, Paperclip } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { codeOf } from "@/lib/api";
import { type Desk, fetchFile, KINDS, save, sendFile } from "@/lib/showing";
import { moment } from "@/lib/time";
import { Trouble } from "./trouble";

interface Listed {
  id: string;
  name: string | null;
  media_type: string;
  size_bytes: number;
  by: string;
  at: string;
}

/** Sends files one after the other; `trouble` is why the last one was not taken. */
export function useSending(desk: Desk | null): {
  sending: boolean;
  trouble: string | null;
  send: (files: FileList | null) => void;
} {
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const send = (files: FileList | null) => {
    if (!desk || !files || files.length === 0) return;
    setSending(true);
    setTrouble(null);
    const all = [...files];
    void (async () => {
      for (const file of all) await sendFile(desk, file);
    })()
      .catch((error: unknown) => setTrouble(codeOf(error)))
      .finally(() => setSending(false));
  };
  return { sending, trouble, send };
}

/** A part of the page onto which files may be dropped. */
export function DropZone({
  take,
  children,
  className = "",
}: {
  take: ((files: FileList | null) => void) | null;
  children: ReactNode;
  className?: string;
}) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  if (!take) return <div className={className}>{children}</div>;
  return (
    // Dropping has the button beside it as its way by keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      className={`drop-zone ${over ? "over" : ""} ${className}`}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      {children}
      {over && <div className="drop-here">{t("showing.drop_here")}</div>}
    </div>
  );
}

export function SendFile({
  send,
  sending,
}: {
  send: (files: FileList | null) => void;
  sending: boolean;
}) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={KINDS}
        multiple
        hidden
        aria-label={t("showing.send_file")}
        onChange={(event) => {
          send(event.target.files);
          event.target.value = "";
        }}
      />
      <Button
        icon={<Paperclip size={15} aria-hidden />}
        loading={sending}
        onClick={() => input.current?.click()}
      >
        {t("showing.send_file")}
      </Button>
    </>
  );
}

export function PassedFiles({ files, desk }: { files: readonly Listed[]; desk: Desk }) {
  const { t, i18n } = useTranslation();
  const [trouble, setTrouble] = useState<string | null>(null);
  if (files.length === 0) return null;
  const fetched = (file: Listed) =>
    void fetchFile(desk, file.id)
      .then((blob) => save(blob, file.name ?? "file"))
      .catch((error: unknown) => setTrouble(codeOf(error)));
  return (
    <>
      <ul className="file-list" aria-label={t("showing.files")}>
        {files.map((file) => (
          <li key={file.id} className="line-item">
            {file.media_type.startsWith("image/") ? (
              <ImageIcon size={15} aria-hidden />
            ) : (
              <FileText size={15} aria-hidden />
            )}
            <span className="grow clip">{file.name ?? t("showing.erased")}</span>
            <span className="muted">{t(`showing.by_${file.by as "customer" | "agent"}`)}</span>
            <span className="muted num">{kib(file.size_bytes, i18n.language)}</span>
            <span className="muted num">{moment(file.at, i18n.language)}</span>
            {file.name !== null && (
              <Button
                type="text"
                size="small"
                icon={<Download size={15} aria-hidden />}
                aria-label={t("showing.save", { name: file.name })}
                onClick={() => fetched(file)}
              />
            )}
          </li>
        ))}
      </ul>
      <Trouble code={trouble} />
    </>
  );
}

function kib(bytes: number, language: string): string {
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(size);
}
