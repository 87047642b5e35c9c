/** Filling a list from a file: first what it would bring, then for good. */

import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Input, Modal } from "antd";
import { FileUp } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type DiallingList, type FilledList, unwrap } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { useSayRefusal } from "@/ui/parts";
import { useSave } from "./parts";

export function FillDialog({ list, close }: { list: DiallingList; close: () => void }) {
  const { t } = useTranslation();
  const say = useSayRefusal();
  const chooser = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [told, tell] = useState<FilledList | null>(null);
  const send = (dry_run: boolean) =>
    unwrap(
      api.POST("/dialling-lists/{list_id}/entries", {
        params: { path: { list_id: list.id }, query: { dry_run } },
        body: { text },
      }),
    );
  const look = useMutation({ mutationFn: () => send(true), onSuccess: tell, onError: say });
  const apply = useSave("dialling-lists", () => send(false), close);
  const change = (next: string) => {
    setText(next);
    tell(null);
  };
  return (
    <Modal
      open
      title={t("lists.fill_title", { name: list.name })}
      onCancel={close}
      okText={t("lists.fill")}
      okButtonProps={{ disabled: !told?.added, loading: apply.isPending }}
      onOk={() => apply.mutate(undefined)}
    >
      <div className="stack">
        <p className="muted">{t("lists.fill_hint")}</p>
        <input
          ref={chooser}
          type="file"
          hidden
          accept=".csv,text/csv"
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
          <Button disabled={!text.trim()} loading={look.isPending} onClick={() => look.mutate()}>
            {t("config.try")}
          </Button>
        </span>
        <Input.TextArea
          className="mono"
          rows={8}
          value={text}
          placeholder={"number,zone,plan\n13800138000,Asia/Shanghai,gold"}
          onChange={(event) => change(event.target.value)}
          aria-label={t("lists.fill")}
        />
        {told && <Told told={told} />}
      </div>
    </Modal>
  );
}

function Told({ told }: { told: FilledList }) {
  const { t } = useTranslation();
  const word = useCodeWords();
  const { added, refused, refusals } = told;
  return (
    <Alert
      type={refused ? "warning" : "success"}
      title={t("lists.brings", { added, refused })}
      description={
        refused > 0 && (
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {refusals.slice(0, 10).map(({ line, code }) => (
              <li key={line}>{t("lists.line", { line, why: word("lists.wrong", code) })}</li>
            ))}
          </ul>
        )
      }
    />
  );
}
