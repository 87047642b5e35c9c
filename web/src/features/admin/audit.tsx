/** The audit log: who did what, when. It is only read. */

import type { TableColumnsType } from "antd";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AuditEntry, api, unwrap } from "@/lib/api";
import { usePages } from "@/lib/pages";
import { exact } from "@/lib/time";
import { PageHead } from "@/ui/parts";
import { FilterText, PagedRows } from "@/ui/rows";
import { useWho } from "./parts";

export function AuditPage() {
  const { t, i18n } = useTranslation();
  const [action, setAction] = useState<string>();
  const pages = usePages("audit", action ? { action } : {}, (query) =>
    unwrap(api.GET("/audit", { params: { query } })),
  );
  const who = useWho();
  const columns: TableColumnsType<AuditEntry> = [
    {
      title: t("jobs.at"),
      width: 190,
      render: (_, one) => <span className="num">{exact(one.at, i18n.language)}</span>,
    },
    { title: t("audit.actor"), width: 160, render: (_, one) => who(one.actor_id) },
    { title: t("audit.action"), width: 200, dataIndex: "action", className: "mono" },
    {
      title: t("audit.subject"),
      width: 200,
      ellipsis: true,
      dataIndex: "subject",
      className: "mono",
    },
    {
      title: t("audit.detail"),
      ellipsis: true,
      render: (_, one) => (
        <code>{Object.keys(one.detail).length ? JSON.stringify(one.detail) : ""}</code>
      ),
    },
  ];
  return (
    <>
      <PageHead title={t("admin.audit")}>
        <FilterText name={t("audit.filter")} value={action} choose={setAction} />
      </PageHead>
      <PagedRows<AuditEntry>
        pages={pages}
        columns={columns}
        rowKey="seq"
        width={900}
        icon={ScrollText}
      />
    </>
  );
}
