/** Queues and their rules. */

import { useQuery } from "@tanstack/react-query";
import { Button, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Queue, unwrap } from "@/lib/api";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/session";
import { Unseen } from "@/ui/parts";
import { ListPage } from "./parts";
import { QueueDialog } from "./queue-dialog";

export function QueuesPage() {
  const { t } = useTranslation();
  const words = useWords();
  const may = useMay();
  const [edited, edit] = useState<Queue | "new" | null>(null);
  const query = useQuery({ queryKey: ["queues"], queryFn: () => unwrap(api.GET("/queues")) });
  const writes = may("queues.write");
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
    {
      title: <Unseen>{t("admin.actions")}</Unseen>,
      align: "right",
      render: (_, queue) =>
        writes && (
          <Button size="small" onClick={() => edit(queue)}>
            {t("common.edit")}
          </Button>
        ),
    },
  ];
  return (
    <ListPage
      title={t("admin.queues")}
      query={query}
      columns={columns}
      rowKey="id"
      add={writes ? () => edit("new") : undefined}
    >
      {edited && <QueueDialog queue={edited === "new" ? null : edited} close={() => edit(null)} />}
    </ListPage>
  );
}

const wrapUp = ({ mode, seconds }: Queue["wrap_up"], word: string) =>
  mode === "fixed" ? `${word} · ${seconds} s` : word;
