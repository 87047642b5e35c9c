/** Tickets, plain: a list with filters, and a form for a new one. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Modal, type TableColumnsType } from "antd";
import { Plus, TicketCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, type Ticket, unwrap } from "@/lib/api";
import { type Filters, useFilters } from "@/lib/filters";
import { usePages } from "@/lib/pages";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { PageHead, PriorityChip, useSayRefusal } from "@/ui/parts";
import { FilterSelect, FilterText, PagedRows } from "@/ui/rows";
import { Grading, type GradingFields } from "./grading";
import { StatusChip } from "./status-chip";

const STATUSES = ["open", "pending", "solved", "closed"] as const;
const PRIORITIES = ["P1", "P2", "P3", "P4"] as const;
const FILTERS = ["status", "priority", "q"] as const;
type Filter = (typeof FILTERS)[number];

export function TicketsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const filters = useFilters<Filter>(FILTERS);
  const pages = usePages("tickets", filters.chosen, (query) =>
    unwrap(api.GET("/tickets", { params: { query } })),
  );
  return (
    <div className="page">
      <PageHead title={t("tickets.title")}>
        <FilterBar {...filters} />
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
      <PagedRows<Ticket>
        pages={pages}
        columns={useColumns()}
        rowKey="id"
        width={820}
        icon={TicketCheck}
        empty={t("tickets.empty")}
        open={({ id }) => void navigate(`/tickets/${id}`)}
      />
      {making && <NewTicket close={() => setMaking(false)} />}
    </div>
  );
}

function FilterBar({ chosen, choose }: Filters<Filter>) {
  const { t } = useTranslation();
  return (
    <>
      <FilterText name={t("common.search")} value={chosen.q} choose={(q) => choose({ q })} />
      <FilterSelect
        name={t("tickets.status")}
        value={chosen.status}
        choose={(status) => choose({ status })}
        options={STATUSES.map((value) => ({ value, label: t(`ticket_status.${value}`) }))}
      />
      <FilterSelect
        name={t("ticket.priority")}
        value={chosen.priority}
        choose={(priority) => choose({ priority })}
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
