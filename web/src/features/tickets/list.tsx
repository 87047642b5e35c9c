/** Tickets, plain: a list with filters, and a form for a new one. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Modal, Select, Table, type TableColumnsType } from "antd";
import { Plus, Search, TicketCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, type Ticket, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { Blank, Failed, PageHead, PriorityChip, useSayRefusal } from "@/ui/parts";
import { Grading, type GradingFields } from "./grading";
import { StatusChip } from "./status-chip";

const STATUSES = ["open", "pending", "solved", "closed"] as const;
const PRIORITIES = ["P1", "P2", "P3", "P4"] as const;
const FILTERS = ["status", "priority", "q"] as const;

export function TicketsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useTickets();
  const columns = useColumns();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="page">
      <PageHead title={t("tickets.title")}>
        <Filters />
        {may("tickets.write") && (
          <Button
            type="primary"
            icon={<Plus size={14} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            {t("tickets.new")}
          </Button>
        )}
      </PageHead>
      {query.error && rows.length === 0 ? (
        <Failed error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Table<Ticket>
          className="panel"
          size="small"
          rowKey="id"
          columns={columns}
          dataSource={rows}
          loading={query.isPending}
          pagination={false}
          scroll={{ x: 820 }}
          onRow={({ id }) => ({
            onClick: () => void navigate(`/tickets/${id}`),
            className: "pointer",
          })}
          locale={{ emptyText: <Blank icon={TicketCheck} title={t("tickets.empty")} /> }}
        />
      )}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
      {making && <NewTicket close={() => setMaking(false)} />}
    </div>
  );
}

function useTickets() {
  const [params] = useSearchParams();
  const filter = Object.fromEntries(
    FILTERS.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])),
  );
  return useInfiniteQuery({
    queryKey: ["tickets", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/tickets", {
          params: { query: { ...filter, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

function Filters() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string | undefined) =>
    setParams((old) => {
      if (value) old.set(name, value);
      else old.delete(name);
      return old;
    });
  return (
    <>
      <Input
        allowClear
        style={{ width: 200 }}
        prefix={<Search size={14} aria-hidden />}
        placeholder={t("common.search")}
        aria-label={t("common.search")}
        defaultValue={params.get("q") ?? ""}
        onPressEnter={(event) => set("q", event.currentTarget.value)}
        onClear={() => set("q", undefined)}
      />
      <Select
        allowClear
        style={{ width: 120 }}
        placeholder={t("tickets.status")}
        aria-label={t("tickets.status")}
        value={params.get("status")}
        onChange={(value) => set("status", value ?? undefined)}
        options={STATUSES.map((value) => ({ value, label: t(`ticket_status.${value}`) }))}
      />
      <Select
        allowClear
        style={{ width: 110 }}
        placeholder={t("ticket.priority")}
        aria-label={t("ticket.priority")}
        value={params.get("priority")}
        onChange={(value) => set("priority", value ?? undefined)}
        options={PRIORITIES.map((value) => ({ value, label: value }))}
      />
    </>
  );
}

function useColumns(): TableColumnsType<Ticket> {
  const { t, i18n } = useTranslation();
  return [
    {
      title: t("tickets.number"),
      width: 90,
      render: (_, { id, number }) => (
        <Link className="num" to={`/tickets/${id}`}>
          {number}
        </Link>
      ),
    },
    {
      title: t("ticket.priority"),
      width: 80,
      render: (_, row) => <PriorityChip priority={row.priority} />,
    },
    {
      title: t("ticket.title"),
      ellipsis: true,
      render: (_, row) => row.title ?? t("tickets.erased"),
    },
    {
      title: t("tickets.status"),
      width: 100,
      render: (_, row) => <StatusChip status={row.status} />,
    },
    { title: t("ticket.class"), width: 100, render: (_, row) => t(`ticket_class.${row.class}`) },
    {
      title: t("customer.title"),
      width: 140,
      ellipsis: true,
      render: (_, row) => row.customer?.name ?? "–",
    },
    {
      title: t("tickets.assignee"),
      width: 120,
      ellipsis: true,
      render: (_, row) => row.assignee?.name ?? "–",
    },
    {
      title: t("tickets.updated"),
      width: 130,
      render: (_, row) => (
        <span className="num muted">{moment(row.updated_at, i18n.language)}</span>
      ),
    },
  ];
}

type Fields = GradingFields & { title: string; description?: string };

function NewTicket({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const [key] = useState(() => crypto.randomUUID());
  const client = useQueryClient();
  const say = useSayRefusal();
  const make = useMutation({
    mutationFn: (body: Fields) =>
      unwrap(api.POST("/tickets", { params: { header: { "Idempotency-Key": key } }, body })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["tickets"] });
      close();
    },
    onError: say,
  });
  return (
    <Modal
      open
      title={t("tickets.new")}
      onCancel={close}
      onOk={form.submit}
      confirmLoading={make.isPending}
      okText={t("common.save")}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ class: "technical", impact: 3, urgency: 3 }}
        onFinish={(fields) => make.mutate(fields)}
      >
        <Form.Item
          name="title"
          label={t("ticket.title")}
          rules={[{ required: true, message: t("common.required") }]}
        >
          <Input maxLength={200} autoFocus />
        </Form.Item>
        <Form.Item name="description" label={t("tickets.description")}>
          <Input.TextArea rows={4} />
        </Form.Item>
        <Grading />
      </Form>
    </Modal>
  );
}
