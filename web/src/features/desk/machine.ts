/**
 * The desk as a pure machine: offers, ringing, the draft of a call.
 *
 * Theory of operation. The server owns the work; we are told of it (`work.told`, `offers.told`)
 * and of each offer's end. The machine adds what only a page can know: whether it should ring,
 * which offer was just answered and awaits the server's word, and what was typed but not yet saved.
 * Of several works one is in front (`work`); the others that were `begun` are offered no more.
 * An automatic accept is the server's; the page sounds a tone in the headset and counts down. So is
 * the overrun of a wrap-up: it sounds once for each end that the server sets for it. A tick comes
 * each second and saves the draft.
 */

import type { Draft, Offer, Work } from "@/lib/api";
import type { Step } from "@/lib/machine";

export interface Desk {
  work: Work | null;
  offers: Offer[];
  answering: string | null;
  declining: string | null;
  draft: DraftOf | null;
  sounded: string | null;
  refusal: string | null;
}

export interface DraftOf {
  interaction: string;
  body: Draft;
  loaded: boolean;
  dirty: boolean;
  saving: boolean;
  saved: boolean;
}

export type DeskEvent =
  | { type: "work.told"; work: Work | null; begun?: string[] }
  | { type: "offers.told"; offers: Offer[] }
  | { type: "offer.made"; offer: Offer }
  | { type: "offer.ended"; id: string }
  | { type: "accept"; id: string }
  | { type: "accept.failed"; id: string; code: string }
  | { type: "decline.asked"; id: string }
  | { type: "decline.dropped" }
  | { type: "decline"; id: string; reason: string }
  | { type: "refusal"; code: string }
  | { type: "refusal.read" }
  | { type: "draft.loaded"; interaction: string; body: Draft }
  | { type: "draft.edited"; patch: Draft }
  | { type: "draft.saved"; interaction: string }
  | { type: "draft.unsaved"; interaction: string }
  | { type: "leaving" }
  | { type: "tick" };

export type DeskEffect =
  | { type: "ring"; on: boolean }
  | { type: "tone"; tone: "connect" | "overrun" }
  | { type: "announce"; offer: Offer }
  | { type: "accept"; id: string; interaction: string }
  | { type: "decline"; id: string; reason: string }
  | { type: "draft.load"; interaction: string }
  | { type: "draft.save"; interaction: string; body: Draft };

type DeskStep = Step<Desk, DeskEffect>;

export const emptyDesk: Desk = {
  work: null,
  offers: [],
  answering: null,
  declining: null,
  draft: null,
  sounded: null,
  refusal: null,
};

export function desk(state: Desk, event: DeskEvent): DeskStep {
  const [next, effects] = move(state, event);
  const rings = ringing(next);
  return rings === ringing(state)
    ? [next, effects]
    : [next, [...effects, { type: "ring", on: rings }]];
}

/** A page rings for an offer, or a colleague, that a human must answer and has not.
 *
 * A mail and a task can wait: they are told by a tone, as what is accepted by itself is.
 */
export function ringing(state: Desk): boolean {
  const { work } = state;
  if (work?.kind === "aside") return !work.attached && !work.accepted;
  return state.offers.some(
    (offer) => urgent(offer) && offer.accept.mode === "manual" && offer.id !== state.answering,
  );
}

function move(state: Desk, event: DeskEvent): DeskStep {
  switch (event.type) {
    case "work.told":
      return workTold(state, event.work, event.begun ?? []);
    case "offers.told":
      return offersTold(state, event.offers);
    case "offer.made":
      return offerMade(state, event.offer);
    case "offer.ended":
      return [without(state, event.id), []];
    case "accept":
    case "accept.failed":
    case "decline.asked":
    case "decline.dropped":
    case "decline":
      return onAnswer(state, event);
    case "refusal":
      return [{ ...state, refusal: event.code }, []];
    case "refusal.read":
      return [{ ...state, refusal: null }, []];
    case "tick":
    case "leaving":
      return saveDraft(state);
    default:
      return onDraft(state, event);
  }
}

// ── Work and offers ─────────────────────────────────────────────────────────

function workTold(state: Desk, work: Work | null, begun: string[]): DeskStep {
  const still = state.offers.filter(({ interaction_id }) => !begun.includes(interaction_id));
  const offers = work && work.kind !== "offer" ? besides(still, work) : still;
  const answering = offers.some(({ id }) => id === state.answering) ? state.answering : null;
  const told: Desk = { ...state, work, answering, offers };
  const mine = work && work.kind !== "offer" && work.kind !== "aside";
  const interaction = mine ? work.interaction_id : null;
  const same = interaction === (state.draft?.interaction ?? null);
  const [next, effects] = same ? [told, []] : openDraft(told, interaction);
  const [sounded, sounds] = overrun(next);
  return [sounded, [...effects, ...sounds]];
}

/** What may still be offered: no call during a call, and not what is in hand. */
function besides(offers: Offer[], work: Work): Offer[] {
  const inCall = !isWritten(work);
  return offers.filter(
    ({ pop, interaction_id }) =>
      interaction_id !== work.interaction_id && !(inCall && pop.channel === "voice"),
  );
}

/** A chat, a mail or a task: nothing of it is heard. */
export const isWritten = ({ channel }: Work): boolean => channel !== "voice";

const urgent = ({ pop }: Offer): boolean => pop.channel !== "email" && pop.channel !== "task";

function overrun(state: Desk): DeskStep {
  const wrapUp = state.work?.kind === "wrap_up" ? state.work.wrap_up : null;
  if (!wrapUp?.overrun || !wrapUp.ends_at || wrapUp.ends_at === state.sounded) return [state, []];
  return [{ ...state, sounded: wrapUp.ends_at }, [{ type: "tone", tone: "overrun" }]];
}

function offersTold(state: Desk, offers: Offer[]): DeskStep {
  const open = offers.filter((offer) => offer.outcome === "pending");
  const gone = state.offers.filter((old) => !open.some(({ id }) => id === old.id));
  let next = gone.reduce((kept, { id }) => without(kept, id), state);
  const effects: DeskEffect[] = [];
  for (const offer of open) {
    const [more, caused] = offerMade(next, offer);
    next = more;
    effects.push(...caused);
  }
  return [next, effects];
}

function offerMade(state: Desk, offer: Offer): DeskStep {
  if (state.offers.some(({ id }) => id === offer.id)) return [replaced(state, offer), []];
  const calls = offer.pop.channel === "voice";
  const offers = calls ? [offer, ...state.offers] : [...state.offers, offer];
  const next: Desk = { ...state, offers };
  const effects: DeskEffect[] = [{ type: "announce", offer }];
  const manual = offer.accept.mode === "manual" && urgent(offer);
  return [next, manual ? effects : [...effects, { type: "tone", tone: "connect" }]];
}

function replaced(state: Desk, offer: Offer): Desk {
  return { ...state, offers: state.offers.map((old) => (old.id === offer.id ? offer : old)) };
}

function without(state: Desk, id: string): Desk {
  return {
    ...state,
    offers: state.offers.filter((offer) => offer.id !== id),
    answering: state.answering === id ? null : state.answering,
    declining: state.declining === id ? null : state.declining,
  };
}

type AnswerEvent = Extract<DeskEvent, { type: "accept" | "accept.failed" | `decline${string}` }>;

function onAnswer(state: Desk, event: AnswerEvent): DeskStep {
  switch (event.type) {
    case "accept": {
      const open = state.offers.find(({ id }) => id === event.id);
      if (!open || state.answering) return [state, []];
      const next: Desk = { ...state, answering: event.id, declining: null };
      return [next, [{ type: "accept", id: event.id, interaction: open.interaction_id }]];
    }
    case "accept.failed":
      return [{ ...without(state, event.id), refusal: event.code }, []];
    case "decline.asked": {
      const may = state.offers.some(({ id, may_decline }) => id === event.id && may_decline);
      return [{ ...state, declining: may ? event.id : null }, []];
    }
    case "decline.dropped":
      return [{ ...state, declining: null }, []];
    case "decline":
      return [
        { ...state, declining: null },
        [{ type: "decline", id: event.id, reason: event.reason }],
      ];
  }
}

// ── The draft ───────────────────────────────────────────────────────────────

function openDraft(state: Desk, interaction: string | null): DeskStep {
  const [, effects] = saveDraft(state);
  if (interaction === null) return [{ ...state, draft: null, sounded: null }, effects];
  const draft = { interaction, body: {}, loaded: false, dirty: false, saving: false, saved: false };
  return [{ ...state, draft, sounded: null }, [...effects, { type: "draft.load", interaction }]];
}

type DraftEvent = Extract<DeskEvent, { type: `draft.${string}` }>;

function onDraft(state: Desk, event: DraftEvent): DeskStep {
  const { draft } = state;
  if (!draft || ("interaction" in event && event.interaction !== draft.interaction))
    return [state, []];
  const changed = (patch: Partial<DraftOf>): DeskStep => [
    { ...state, draft: { ...draft, ...patch } },
    [],
  ];
  switch (event.type) {
    case "draft.loaded":
      return changed({ body: joined(event.body, draft.body), loaded: true });
    case "draft.edited":
      return changed({ body: { ...draft.body, ...event.patch }, dirty: true, saved: false });
    case "draft.saved":
      return changed({ saving: false, saved: !draft.dirty });
    case "draft.unsaved":
      return changed({ saving: false, dirty: true });
  }
}

/** What was typed while the old draft was on its way: a choice wins over the old, a note is added. */
function joined(old: Draft, typed: Draft): Draft {
  const both = { ...old, ...typed };
  return old.note && typed.note ? { ...both, note: `${old.note}\n${typed.note}` } : both;
}

/** Not before the old one is here, or it would be lost. */
function saveDraft(state: Desk): DeskStep {
  const { draft } = state;
  if (!draft?.dirty || !draft.loaded || draft.saving) return [state, []];
  const { interaction, body } = draft;
  const next: Desk = { ...state, draft: { ...draft, dirty: false, saving: true } };
  return [next, [{ type: "draft.save", interaction, body }]];
}
