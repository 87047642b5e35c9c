/** The note: saved each second, there again after a reload or a transfer. */

import { Input, type InputRef } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useHotkeys } from "@/lib/hotkeys";
import { Panel } from "@/ui/parts";
import { useDesk } from "./context";

export function NoteField() {
  const { t } = useTranslation();
  const { state, send } = useDesk();
  const field = useRef<InputRef>(null);
  useHotkeys({ n: () => field.current?.focus() });
  const { draft } = state;
  if (!draft) return null;
  return (
    <Panel title={t("note.title")} actions={<SaveState />}>
      <Input.TextArea
        ref={field as never}
        value={draft.body.note ?? ""}
        onChange={(event) => send({ type: "draft.edited", patch: { note: event.target.value } })}
        placeholder={t("note.placeholder")}
        aria-label={t("note.title")}
        autoSize={{ minRows: 4, maxRows: 12 }}
      />
    </Panel>
  );
}

function SaveState() {
  const { t } = useTranslation();
  const { state } = useDesk();
  const { draft } = state;
  if (!draft) return null;
  const word = draft.dirty || draft.saving ? t("note.saving") : draft.saved ? t("note.saved") : "";
  return (
    <span className="muted" role="status">
      {word}
    </span>
  );
}
