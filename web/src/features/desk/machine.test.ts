import { describe, expect, it } from "vitest";
import type { Offer, Work } from "@/lib/api";
import { type Desk, type DeskEffect, type DeskEvent, desk, emptyDesk, ringing } from "./machine";

const verified = { by: null };
const pop = {
  interaction_id: "i1",
  channel: "voice",
  number_dialled: "4001",
  presumption: "none" as const,
  matches: [],
  verified,
  recent: [],
  open_orders: [],
  open_tickets: [],
  path: [],
};
const offer: Offer = {
  id: "o1",
  interaction_id: "i1",
  queue_id: "q",
  queue_name: "support",
  agent_id: "a1",
  outcome: "pending",
  made_at: "2026-03-01T08:00:00Z",
  expires_at: "2026-03-01T08:00:15Z",
  accept: { mode: "manual", after_ms: 0 },
  may_decline: false,
  pop,
};
const talk: Work = {
  kind: "segment",
  channel: "voice",
  interaction_id: "i1",
  since: "2026-03-01T08:00:05Z",
  held: false,
  muted: false,
  recorded: true,
  recording_paused: false,
  recording: null,
  parties: [],
  aside: null,
};
const asked: Work = {
  ...talk,
  kind: "aside",
  attached: false,
  accepted: false,
  aside: { role: "consult", by: { id: "a2", name: "Bob" }, ringing_until: null },
};
const made: DeskEvent = { type: "offer.made", offer };
const talking: DeskEvent = { type: "work.told", work: talk };

function play(...events: DeskEvent[]): [Desk, DeskEffect[]] {
  let state = emptyDesk;
  let effects: readonly DeskEffect[] = [];
  for (const event of events) [state, effects] = desk(state, event);
  return [state, [...effects]];
}

describe("a colleague who asks", () => {
  it("rings until I come, and opens no draft", () => {
    const tell = (work: Work): DeskEvent => ({ type: "work.told", work });
    expect(play(tell(asked))[1]).toEqual([{ type: "ring", on: true }]);
    expect(play(tell(asked), tell({ ...asked, accepted: true }))[1]).toEqual([
      { type: "ring", on: false },
    ]);
    expect(play(tell({ ...asked, attached: true }))).toEqual([
      { ...emptyDesk, work: { ...asked, attached: true } },
      [],
    ]);
  });
});

describe("what is written", () => {
  const mail: Offer = {
    ...offer,
    id: "o2",
    interaction_id: "i2",
    pop: { ...pop, channel: "email", interaction_id: "i2" },
  };
  const handled: Work = { ...talk, kind: "handled", channel: "email", interaction_id: "i2" };

  it("does not ring when it can wait, and rings as a chat", () => {
    expect(ringing(play({ type: "offer.made", offer: mail })[0])).toBe(false);
    const chat = { ...mail, pop: { ...mail.pop, channel: "chat" } };
    expect(ringing(play({ type: "offer.made", offer: chat })[0])).toBe(true);
  });

  it("lets a call stand in front, and be offered beside it", () => {
    const [state] = play({ type: "offer.made", offer: mail }, made);
    expect(state.offers.map(({ id }) => id)).toEqual(["o1", "o2"]);
    const [beside] = play(made, { type: "work.told", work: handled });
    expect(beside.offers.map(({ id }) => id)).toEqual(["o1"]);
  });

  it("is offered no more once it was begun, whatever is in front", () => {
    const told: DeskEvent = { type: "work.told", work: handled, begun: ["i2", "i1"] };
    expect(play(made, told)[0].offers).toEqual([]);
  });

  it("is offered no more once it is in hand", () => {
    const [state] = play({ type: "offer.made", offer: mail }, { type: "work.told", work: handled });
    expect(state.offers).toEqual([]);
    expect(state.draft?.interaction).toBe("i2");
  });
});

describe("an offer", () => {
  it("rings until it is answered, and is accepted once however often the key is hit", () => {
    const accept: DeskEvent = { type: "accept", id: "o1" };
    expect(play(made)[1]).toEqual([
      { type: "announce", offer },
      { type: "ring", on: true },
    ]);
    expect(play(made, accept)[1]).toEqual([
      { type: "accept", id: "o1", interaction: "i1" },
      { type: "ring", on: false },
    ]);
    expect(play(made, accept, accept)[1]).toEqual([]);
  });

  it("that is told twice rings once", () => {
    expect(play(made, made)[1]).toEqual([]);
    expect(play(made, { type: "offers.told", offers: [offer] })[0].offers).toHaveLength(1);
  });

  it("that ended is gone and silent", () => {
    const [state, effects] = play(made, { type: "offer.ended", id: "o1" });
    expect(state.offers).toEqual([]);
    expect(effects).toEqual([{ type: "ring", on: false }]);
  });

  it("missing from the server's list is withdrawn", () => {
    expect(play(made, { type: "offers.told", offers: [] })[0].offers).toEqual([]);
  });

  it("cannot be declined where the queue does not allow it", () => {
    expect(play(made, { type: "decline.asked", id: "o1" })[0].declining).toBeNull();
  });

  it("that may be declined asks a reason first", () => {
    const open: DeskEvent = {
      type: "offer.made",
      offer: { ...offer, may_decline: true },
    };
    const asked = play(open, { type: "decline.asked", id: "o1" });
    expect(asked[0].declining).toBe("o1");
    const declined = play(open, { type: "decline", id: "o1", reason: "wrong_skill" });
    expect(declined[1]).toContainEqual({ type: "decline", id: "o1", reason: "wrong_skill" });
  });

  it("with automatic accept sounds a tone and does not ring: the server accepts it", () => {
    const automatic = { ...offer, accept: { mode: "automatic" as const, after_ms: 2000 } };
    const [state, effects] = play({ type: "offer.made", offer: automatic });
    expect(effects).toContainEqual({ type: "tone", tone: "connect" });
    expect(ringing(state)).toBe(false);
  });

  it("that could not be accepted says why and is gone", () => {
    const [state] = play(
      made,
      { type: "accept", id: "o1" },
      { type: "accept.failed", id: "o1", code: "offer_not_open" },
    );
    expect([state.offers, state.answering, state.refusal]).toEqual([[], null, "offer_not_open"]);
  });
});

describe("the draft", () => {
  const loaded: DeskEvent = { type: "draft.loaded", interaction: "i1", body: { note: "old" } };
  const empty: DeskEvent = { type: "draft.loaded", interaction: "i1", body: {} };
  const edit = (note: string): DeskEvent => ({ type: "draft.edited", patch: { note } });
  const tick: DeskEvent = { type: "tick" };

  it("is loaded when the talk begins, so that a reload or a transfer keeps it", () => {
    expect(play(talking)[1]).toEqual([{ type: "draft.load", interaction: "i1" }]);
    expect(play(talking, loaded)[0].draft?.body.note).toBe("old");
  });

  it("loses neither what was kept nor what was typed before it arrived", () => {
    expect(play(talking, edit("new"), tick)[1]).toEqual([]);
    expect(play(talking, edit("new"), loaded)[0].draft?.body.note).toBe("old\nnew");
  });

  it("is saved by the next tick, once", () => {
    const save: DeskEffect = { type: "draft.save", interaction: "i1", body: { note: "a" } };
    expect(play(talking, empty, edit("a"), tick)[1]).toEqual([save]);
    expect(play(talking, empty, edit("a"), tick, tick)[1]).toEqual([]);
  });

  it("that was typed on while saving is saved again", () => {
    const saved: DeskEvent = { type: "draft.saved", interaction: "i1" };
    const [, effects] = play(talking, empty, edit("a"), tick, edit("ab"), saved, tick);
    expect(effects).toEqual([{ type: "draft.save", interaction: "i1", body: { note: "ab" } }]);
  });

  it("that could not be saved is tried again", () => {
    const unsaved: DeskEvent = { type: "draft.unsaved", interaction: "i1" };
    expect(play(talking, empty, edit("a"), tick, unsaved, tick)[1]).toHaveLength(1);
  });

  it("is saved and closed when the work ends", () => {
    const [state, effects] = play(talking, empty, edit("a"), { type: "work.told", work: null });
    expect(state.draft).toBeNull();
    expect(effects).toContainEqual({ type: "draft.save", interaction: "i1", body: { note: "a" } });
  });

  it("stays through the change from talk to wrap-up", () => {
    const wrap: Work = { ...talk, kind: "wrap_up" };
    const [state, effects] = play(talking, empty, edit("a"), { type: "work.told", work: wrap });
    expect(state.draft?.body.note).toBe("a");
    expect(effects).toEqual([]);
  });
});

describe("wrap-up", () => {
  it("sounds once for each end that the server lets it overrun to", () => {
    const told = (ends_at: string, overrun: boolean): DeskEvent => ({
      type: "work.told",
      work: {
        ...talk,
        kind: "wrap_up",
        wrap_up: { mode: "fixed", ends_at, extended: 0, overrun, disposition_required: true },
      },
    });
    const inTime = told("2026-03-01T08:00:30Z", false);
    const over = told("2026-03-01T08:00:45Z", true);
    const extended = told("2026-03-01T08:01:15Z", false);
    const again = told("2026-03-01T08:01:30Z", true);
    const sounds = (...events: DeskEvent[]) =>
      play(...events)[1].filter((effect) => effect.type === "tone").length;
    expect(sounds(inTime)).toBe(0);
    expect(sounds(inTime, over)).toBe(1);
    expect(sounds(inTime, over, over)).toBe(0);
    expect(sounds(inTime, over, extended)).toBe(0);
    expect(sounds(inTime, over, extended, again)).toBe(1);
  });
});
