/** The call verbs: each is a request, and the stream tells what became of it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  api,
  type ConsentAnswer,
  type Draft,
  unwrap,
  type Whom,
  type WrapUpRequest,
} from "@/lib/api";
import { ME } from "@/lib/session";
import { useSayRefusal } from "@/ui/parts";

type Simple =
  | "hold"
  | "resume"
  | "mute"
  | "unmute"
  | "hangup"
  | "not-reached"
  | "extend-wrap-up"
  | "return-to-queue"
  | "pause-recording"
  | "resume-recording"
  | "swap"
  | "park"
  | "retrieve"
  | "join"
  | "leave";

export type Verb =
  | { verb: Simple }
  | { verb: "digits"; digits: string }
  | { verb: "payment"; over: boolean }
  | { verb: "consent"; answer: ConsentAnswer; party?: string }
  | { verb: "transfer"; to: Whom }
  | { verb: "message"; to: Whom }
  | { verb: "consult"; to: Whom }
  | { verb: "conference"; to?: Whom }
  | { verb: "complete" }
  | { verb: "remove"; party: string }
  | { verb: "wrap-up"; body: WrapUpRequest }
  | { verb: "finish" }
  | { verb: "verify"; how: string }
  | { verb: "customer"; id: string; saveNumber: boolean };

export function useVerbs(interaction: string) {
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: (verb: Verb) => run(interaction, verb),
    onSuccess: () => client.invalidateQueries({ queryKey: ME }),
    onError: say,
  });
}

async function run(id: string, verb: Verb): Promise<unknown> {
  const params = { path: { id } };
  switch (verb.verb) {
    case "digits":
      return unwrap(
        api.POST("/interactions/{id}/digits", { params, body: { digits: verb.digits } }),
      );
    case "payment": {
      const path = "/interactions/{id}/payment-step";
      return unwrap(verb.over ? api.DELETE(path, { params }) : api.PUT(path, { params }));
    }
    case "consent": {
      const body = { answer: verb.answer, party: verb.party ?? null };
      return unwrap(api.PUT("/interactions/{id}/recording-consent", { params, body }));
    }
    case "transfer": {
      const body = { kind: "blind" as const, to: verb.to };
      return unwrap(api.POST("/interactions/{id}/transfer", { params, body }));
    }
    case "message": {
      const body = { kind: "blind" as const, to: verb.to, voicemail: "at_once" as const };
      return unwrap(api.POST("/interactions/{id}/transfer", { params, body }));
    }
    case "complete":
      return unwrap(
        api.POST("/interactions/{id}/transfer", { params, body: { kind: "attended" } }),
      );
    case "consult":
      return unwrap(api.POST("/interactions/{id}/consult", { params, body: { to: verb.to } }));
    case "conference": {
      const body = verb.to ? { to: verb.to } : {};
      return unwrap(api.POST("/interactions/{id}/conference", { params, body }));
    }
    case "remove": {
      const path = { id, party_id: verb.party };
      return unwrap(api.DELETE("/interactions/{id}/parties/{party_id}", { params: { path } }));
    }
    case "wrap-up":
      return unwrap(api.POST("/interactions/{id}/wrap-up", { params, body: verb.body }));
    case "finish":
      return unwrap(api.POST("/interactions/{id}/finish", { params, body: {} }));
    case "verify":
      return unwrap(
        api.POST("/interactions/{id}/verify", { params, body: { how: verb.how, ok: true } }),
      );
    case "customer": {
      const body = { customer_id: verb.id, save_number: verb.saveNumber };
      return unwrap(api.PUT("/interactions/{id}/customer", { params, body }));
    }
    default:
      return unwrap(
        api.POST(`/interactions/{id}/${verb.verb}` as "/interactions/{id}/hold", { params }),
      );
  }
}

/** The order of impact × urgency (1 is high) that gives P1 … P4. */
export function priorityOf(impact: number, urgency: number): "P1" | "P2" | "P3" | "P4" {
  const sum = impact + urgency;
  if (sum <= 2) return "P1";
  if (sum === 3) return "P2";
  return sum === 4 ? "P3" : "P4";
}

/**
 * What "solved in the call" changes: it needs a ticket to say so, a new one where none was chosen
 * yet; nothing where there is to be none.
 */
export function solving({ ticket_action, solved }: Draft): Draft | undefined {
  if (ticket_action === "none") return undefined;
  return { ticket_action: ticket_action ?? "new", solved: !solved };
}

/** What the draft says, as the wrap-up that closes the work. */
export function wrapUpFrom(draft: Draft): WrapUpRequest {
  const { ticket_action: action } = draft;
  const ticket = action ? ticketFrom(action, draft) : null;
  return { disposition: draft.disposition ?? null, note: draft.note ?? null, ticket };
}

function ticketFrom(action: NonNullable<Draft["ticket_action"]>, draft: Draft) {
  const solved = draft.solved ?? false;
  if (action === "none") return { action };
  if (action === "append") return { action, ticket_id: draft.ticket_id ?? null, solved };
  return {
    action,
    title: titleOf(draft),
    class: draft.ticket_class ?? ("technical" as const),
    impact: draft.impact ?? 3,
    urgency: draft.urgency ?? 3,
    solved,
  };
}

/** Without a title the note's first line serves; without both the server finds one. */
function titleOf({ ticket_title, note }: Draft): string | null {
  const [first = ""] = (note ?? "").trim().split("\n");
  return ticket_title?.trim() || first.slice(0, LONGEST_TITLE) || null;
}

const LONGEST_TITLE = 200;
