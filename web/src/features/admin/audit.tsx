/** The audit log: who did what, when. It is only read. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Input, Table, type TableColumnsType } from "antd";
import { ScrollText, Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AuditEntry, api, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { exact } from "@/lib/time";
import { Blank, Failed, PageHead } from "@/ui/parts";

export function AuditPage() {
  const { t, i18n } = useTranslation();
  const [action, setAction] = useState("");
  const query = useInfiniteQuery({
    queryKey: ["audit", action],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/audit", {
          params: {
            query: { ...(action ? { action } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
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
        <Input
          allowClear
          style={{ width: 220 }}
          prefix={<Search size={14} aria-hidden />}
          placeholder={t("audit.filter")}
          aria-label={t("audit.filter")}
          onPressEnter={(event) => setAction(event.currentTarget.value.trim())}
          onClear={() => setAction("")}
        />
      </PageHead>
      {query.error ? (
        <Failed error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Table<AuditEntry>
          className="panel"
          size="small"
          rowKey="seq"
          columns={columns}
          dataSource={query.data?.pages.flatMap(({ items }) => items) ?? []}
          loading={query.isPending}
          pagination={false}
          scroll={{ x: 900 }}
          locale={{ emptyText: <Blank icon={ScrollText} title={t("admin.empty")} /> }}
        />
      )}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
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
