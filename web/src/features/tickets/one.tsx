/** One ticket: what it is about, its notes, and the fields that may be changed. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { ArrowLeft, CheckCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api, codeOf, type Ticket, type TicketStatus, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { exact } from "@/lib/time";
import { Await, Chip, Panel, PriorityChip, useSayRefusal } from "@/ui/parts";
import { Grading, type GradingFields } from "./grading";
import { StatusChip } from "./status-chip";

const STATUSES: TicketStatus[] = ["open", "pending", "solved", "closed"];

export function TicketPage() {
  const { id = "" } = useParams();
  const query = useQuery({
    queryKey: ["ticket", id],
    queryFn: () => unwrap(api.GET("/tickets/{id}", { params: { path: { id } } })),
  });
  return (
    <div className="page">
      <Await query={query} rows={8}>
        {(ticket) => <Whole ticket={ticket} />}
      </Await>
    </div>
  );
}

function Whole({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="head">
        <div className="row wrap">
          <Link to="/tickets" aria-label={t("tickets.back")}>
            <ArrowLeft size={16} aria-hidden />
          </Link>
          <span className="muted num">{ticket.number}</span>
          <h2 className="page-name">{ticket.title ?? t("tickets.erased")}</h2>
          <PriorityChip priority={ticket.priority} />
          <StatusChip status={ticket.status} />
          {ticket.solved_in_call && (
            <Chip tone="ok" icon={CheckCheck}>
              {t("ticket_choice.solved")}
            </Chip>
          )}
        </div>
      </div>
      <div className="split">
        <div className="stack">
          {ticket.description && (
            <Panel title={t("tickets.description")}>
              <p className="prose">{ticket.description}</p>
            </Panel>
          )}
          <Notes ticket={ticket} />
        </div>
        <div className="stack">
          <Fields key={ticket.version} ticket={ticket} />
          <Facts ticket={ticket} />
        </div>
      </div>
    </>
  );
}

function Notes({ ticket }: { ticket: Ticket }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const [form] = Form.useForm<{ text: string }>();
  const client = useQueryClient();
  const say = useSayRefusal();
  const add = useMutation({
    mutationFn: (body: { text: string }) =>
      unwrap(api.POST("/tickets/{id}/notes", { params: { path: { id: ticket.id } }, body })),
    onSuccess: () => {
      form.resetFields();
      void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    },
    onError: say,
  });
  const notes = ticket.notes ?? [];
  return (
    <Panel title={t("note.title")}>
      <div className="stack">
        {notes.length === 0 && <p className="muted">{t("tickets.no_notes")}</p>}
        {notes.map((note) => (
          <article key={note.id}>
            <div className="row muted">
              <span className="strong">{note.author.name ?? "–"}</span>
              <span className="num">{exact(note.at, i18n.language)}</span>
            </div>
            <p className="prose">{note.text ?? t("tickets.erased")}</p>
          </article>
        ))}
        {may("tickets.write") && (
          <Form form={form} onFinish={(fields) => add.mutate(fields)}>
            <Form.Item name="text" rules={[{ required: true, message: t("common.required") }]}>
              <Input.TextArea
                rows={3}
                placeholder={t("tickets.add_note")}
                aria-label={t("tickets.add_note")}
              />
            </Form.Item>
            <Button htmlType="submit" loading={add.isPending}>
              {t("common.add")}
            </Button>
          </Form>
        )}
      </div>
    </Panel>
  );
}

type Editable = GradingFields & { title: string; status: TicketStatus };

/** Sent with the version that was read: who changed it meanwhile is not overwritten. */
function Fields({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const say = useSayRefusal();
  const save = useMutation({
    mutationFn: (body: Editable) =>
      unwrap(
        api.PATCH("/tickets/{id}", {
          params: { path: { id: ticket.id }, header: { "If-Match": `"${ticket.version}"` } },
          body,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["ticket", ticket.id] }),
    onError: (error) => {
      say(error);
      if (codeOf(error) === "version_changed")
        void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    },
  });
  return (
    <Panel title={t("tickets.fields")}>
      <Form<Editable>
        layout="vertical"
        requiredMark={false}
        disabled={!may("tickets.write")}
        initialValues={{ ...ticket, title: ticket.title ?? "" }}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item
          name="title"
          label={t("ticket.title")}
          rules={[{ required: true, message: t("common.required") }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="status" label={t("tickets.status")}>
          <Select
            options={STATUSES.map((value) => ({ value, label: t(`ticket_status.${value}`) }))}
          />
        </Form.Item>
        <Grading />
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("common.save")}
        </Button>
      </Form>
    </Panel>
  );
}

function Facts({ ticket }: { ticket: Ticket }) {
  const { t, i18n } = useTranslation();
  return (
    <Panel title={t("interactions.facts")}>
      <dl className="facts num">
        <dt>{t("customer.title")}</dt>
        <dd>{ticket.customer?.name ?? "–"}</dd>
        <dt>{t("tickets.assignee")}</dt>
        <dd>{ticket.assignee?.name ?? "–"}</dd>
        <dt>{t("tickets.created")}</dt>
        <dd>{exact(ticket.created_at, i18n.language)}</dd>
        <dt>{t("tickets.updated")}</dt>
        <dd>{exact(ticket.updated_at, i18n.language)}</dd>
        <dt>{t("nav.interactions")}</dt>
        <dd>
          {ticket.interactions.length === 0 && "–"}
          {ticket.interactions.map((id, at) => (
            <div key={id}>
              <Link to={`/interactions/${id}`}>{t("tickets.interaction", { number: at + 1 })}</Link>
            </div>
          ))}
        </dd>
      </dl>
    </Panel>
  );
}
