/** What I left without an outcome: a list, and the one question that is still open. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Unfinished, unwrap } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { useCodeWords } from "@/lib/i18n";
import { moment } from "@/lib/time";
import { Chip, Panel, useSayRefusal } from "@/ui/parts";
import { DispositionChoice } from "./outcome";

const UNFINISHED = ["unfinished"] as const;

export function UnfinishedList() {
  const { t } = useTranslation();
  const [open, show] = useState<Unfinished | null>(null);
  const { data } = useQuery({
    queryKey: UNFINISHED,
    queryFn: () => unwrap(api.GET("/me/unfinished")),
  });
  if (!data?.items.length) return null;
  return (
    <Panel
      title={t("unfinished.title")}
      actions={<Chip tone="warn">{data.items.length}</Chip>}
      flush
    >
      <ul>
        {data.items.map((item) => (
          <li key={item.interaction_id}>
            <Item item={item} open={() => show(item)} />
          </li>
        ))}
      </ul>
      {open && <Finish item={open} close={() => show(null)} />}
    </Panel>
  );
}

function Item({ item, open }: { item: Unfinished; open: () => void }) {
  const { i18n } = useTranslation();
  const reason = useCodeWords();
  const who = useWho(item);
  return (
    <button type="button" className="line-item" onClick={open}>
      <CircleAlert size={14} aria-hidden color="var(--warn)" />
      <span className="grow clip">
        {who}
        <span className="muted"> · {reason("unfinished", item.reason)}</span>
      </span>
      <span className="muted num">{moment(item.since, i18n.language)}</span>
    </button>
  );
}

function useWho({ customer, phone_masked }: Unfinished): string {
  const { t } = useTranslation();
  return customer?.name ?? phone_masked ?? t("customer.withheld");
}

function Finish({ item, close }: { item: Unfinished; close: () => void }) {
  const { t } = useTranslation();
  const [disposition, choose] = useState<string | null>(null);
  const [note, write] = useState("");
  const finish = useFinish(item.interaction_id, close);
  const send = () => {
    if (disposition) finish.mutate({ disposition, note: note.trim() || null });
  };
  useHotkeys({ "ctrl+enter": send });
  return (
    <Modal
      open
      title={useWho(item)}
      onCancel={close}
      onOk={send}
      okText={t("wrap_up.finish")}
      okButtonProps={{ disabled: !disposition }}
      confirmLoading={finish.isPending}
    >
      <div className="stack">
        <DispositionChoice queue={item.queue_id} chosen={disposition} choose={choose} />
        <Input.TextArea
          value={note}
          onChange={(event) => write(event.target.value)}
          placeholder={t("unfinished.note")}
          aria-label={t("note.title")}
          autoSize={{ minRows: 2, maxRows: 8 }}
        />
        <Link to={`/interactions/${item.interaction_id}`}>{t("unfinished.look")}</Link>
      </div>
    </Modal>
  );
}

/** A note that was typed in the call stays when no other is given. */
function useFinish(id: string, done: () => void) {
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: (body: { disposition: string; note: string | null }) =>
      unwrap(api.POST("/interactions/{id}/wrap-up", { params: { path: { id } }, body })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: UNFINISHED });
      done();
    },
    onError: say,
  });
}
