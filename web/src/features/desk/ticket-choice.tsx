/** Three keys for the ticket: append to the likeliest, a new one, none. */

import { useQuery } from "@tanstack/react-query";
import { Checkbox, Input, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, type Draft, type TicketAction, type TicketClass, unwrap } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { PriorityChip } from "@/ui/parts";
import { useDesk } from "./context";
import { priorityOf, solving } from "./verbs";

const CLASSES: TicketClass[] = ["technical", "commercial", "billing"];
const GRADES = [1, 2, 3] as const;

export function TicketChoice({ interaction }: { interaction: string }) {
  const { t } = useTranslation();
  const { state, send } = useDesk();
  const draft = state.draft?.body ?? {};
  const edit = (patch: Draft) => send({ type: "draft.edited", patch });
  const open = useOpenTickets(interaction);
  const [likeliest] = open;
  const choose: Record<TicketAction, (() => void) | undefined> = {
    append:
      likeliest &&
      (() => edit({ ticket_action: "append", ticket_id: draft.ticket_id ?? likeliest.id })),
    new: () => edit({ ticket_action: "new" }),
    none: () => edit({ ticket_action: "none" }),
  };
  const action = draft.ticket_action ?? null;
  const solve = solving(draft);
  useHotkeys({
    p: choose.append,
    w: choose.new,
    o: choose.none,
    s: solve && (() => edit(solve)),
  });
  return (
    <div className="stack" style={{ gap: 8 }}>
      <h3>{t("ticket_choice.title")}</h3>
      <div className="ticket-actions">
        <Action
          on={action === "append"}
          hotkey="P"
          press={choose.append}
          title={t("ticket_choice.append")}
        >
          {likeliest ? `${likeliest.number} ${likeliest.title}` : t("ticket_choice.nothing_open")}
        </Action>
        <Action on={action === "new"} hotkey="W" press={choose.new} title={t("ticket_choice.new")}>
          {t("ticket_choice.new_hint")}
        </Action>
        <Action
          on={action === "none"}
          hotkey="O"
          press={choose.none}
          title={t("ticket_choice.none")}
        >
          {t("ticket_choice.none_hint")}
        </Action>
      </div>
      {action === "append" && open.length > 1 && (
        <Select
          value={draft.ticket_id ?? likeliest?.id}
          onChange={(ticket_id) => edit({ ticket_id })}
          aria-label={t("ticket_choice.append")}
          options={open.map(({ id, number, title }) => ({
            value: id,
            label: `${number} ${title}`,
          }))}
        />
      )}
      {action === "new" && <NewTicket draft={draft} edit={edit} />}
      {action !== null && action !== "none" && (
        <Checkbox
          checked={draft.solved ?? false}
          onChange={(event) => edit({ solved: event.target.checked })}
        >
          {t("ticket_choice.solved")} <kbd>S</kbd>
        </Checkbox>
      )}
    </div>
  );
}

function useOpenTickets(interaction: string) {
  const { data } = useQuery({
    queryKey: ["pop", interaction],
    queryFn: () =>
      unwrap(api.GET("/interactions/{id}/pop", { params: { path: { id: interaction } } })),
  });
  return data?.open_tickets ?? [];
}

function Action(props: {
  on: boolean;
  hotkey: string;
  press: (() => void) | undefined;
  title: string;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={`ticket-action ${props.on ? "on" : ""}`}
      aria-pressed={props.on}
      disabled={!props.press}
      onClick={props.press}
    >
      <span className="row between">
        <span className="strong">{props.title}</span>
        <kbd>{props.hotkey}</kbd>
      </span>
      <span className="muted clip">{props.children}</span>
    </button>
  );
}

function NewTicket({ draft, edit }: { draft: Draft; edit: (patch: Draft) => void }) {
  const { t } = useTranslation();
  const [impact, urgency] = [draft.impact ?? 3, draft.urgency ?? 3];
  const grades = GRADES.map((value) => ({ value, label: t(`grade.${value}`) }));
  return (
    <div className="new-ticket">
      <Input
        className="wide"
        value={draft.ticket_title ?? ""}
        onChange={(event) => edit({ ticket_title: event.target.value })}
        placeholder={t("ticket.title")}
        aria-label={t("ticket.title")}
      />
      <Select
        value={draft.ticket_class ?? "technical"}
        onChange={(ticket_class) => edit({ ticket_class })}
        aria-label={t("ticket.class")}
        options={CLASSES.map((value) => ({ value, label: t(`ticket_class.${value}`) }))}
      />
      <Select
        prefix={t("ticket.impact")}
        value={impact}
        onChange={(value) => edit({ impact: value })}
        aria-label={t("ticket.impact")}
        options={grades}
      />
      <Select
        prefix={t("ticket.urgency")}
        value={urgency}
        onChange={(value) => edit({ urgency: value })}
        aria-label={t("ticket.urgency")}
        options={grades}
      />
      <span className="row">
        <span className="muted">{t("ticket.priority")}</span>
        <PriorityChip priority={priorityOf(impact, urgency)} />
      </span>
    </div>
  );
}
