/** Queues and their rules. */

import { useQuery } from "@tanstack/react-query";
import { Button, type TableColumnsType } from "antd";
import { ListOrdered } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Queue, unwrap } from "@/lib/api";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/session";
import { LinesButton } from "./lines";
import { ListPage, useEditing } from "./parts";
import { QueueDialog } from "./queue-dialog";
import { QueueLine } from "./queue-line";

export function QueuesPage() {
  const { t } = useTranslation();
  const words = useWords();
  const [shown, show] = useState<Queue | null>(null);
  const sees = useMay()("live.read");
  const editing = useEditing<Queue>(
    "queues.write",
    (queue) =>
      sees && (
        <Button
          size="small"
          icon={<ListOrdered size={13} aria-hidden />}
          onClick={() => show(queue)}
        >
          {t("queue.line")}
        </Button>
      ),
  );
  const query = useQuery({ queryKey: ["queues"], queryFn: () => unwrap(api.GET("/queues")) });
  const columns: TableColumnsType<Queue> = [
    { title: t("queues.queue"), dataIndex: "name" },
    { title: t("queue.display"), render: (_, { display }) => words(display) },
    { title: t("ticket.priority"), dataIndex: "priority", align: "right", className: "num" },
    { title: t("queue.accept"), render: (_, { accept }) => t(`accept.${accept.mode}`) },
    {
      title: t("wrap_up.title"),
      render: (_, { wrap_up }) => wrapUp(wrap_up, t(`wrap_mode.${wrap_up.mode}`)),
    },
    {
      title: t("queue.agents"),
      align: "right",
      className: "num",
      render: (_, { agents }) => agents.length,
    },
    editing.column,
  ];
  return (
    <ListPage
      title={t("admin.queues")}
      query={query}
      columns={columns}
      rowKey="id"
      add={editing.add}
      actions={<LinesButton table="queues" stale="queues" />}
    >
      {editing.dialog((queue, close) => (
        <QueueDialog queue={queue} close={close} />
      ))}
      {shown && <QueueLine queue={shown} close={() => show(null)} />}
    </ListPage>
  );
}

const wrapUp = ({ mode, seconds }: Queue["wrap_up"], word: string) =>
  mode === "fixed" ? `${word} · ${seconds} s` : word;
