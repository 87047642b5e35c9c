/** The audit log: who did what, when. It is only read. */

import { useQuery } from "@tanstack/react-query";
import type { TableColumnsType } from "antd";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AuditEntry, api, unwrap } from "@/lib/api";
import { usePages } from "@/lib/pages";
import { useMay } from "@/lib/session";
import { exact } from "@/lib/time";
import { PageHead } from "@/ui/parts";
import { FilterText, PagedRows } from "@/ui/rows";

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

/** Names for ids, where the reader may see users. */
function useWho(): (id: string) => string {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["users"],
    queryFn: () => unwrap(api.GET("/users", { params: { query: { limit: 200 } } })),
    enabled: may("users.read"),
  });
  const names = new Map(data?.items.map(({ id, display_name }) => [id, display_name]));
  return (id) => names.get(id) ?? id;
}
