import { describe, expect, it } from "vitest";
import {
  CLAIM_MS,
  type Phone,
  type PhoneEffect,
  type PhoneEvent,
  phone,
  silentPhone,
} from "./reducer";

const credentials = {
  account: "agent1",
  secret: "s",
  realm: "trunkline",
  signalling: "sip" as const,
  ws_path: "/sip",
  expires_at: "2026-01-01T00:00:00Z",
};

function play(...events: PhoneEvent[]): [Phone, PhoneEffect[]] {
  let state = silentPhone;
  let effects: readonly PhoneEffect[] = [];
  for (const event of events) [state, effects] = phone(state, event);
  return [state, [...effects]];
}

const registered: PhoneEvent[] = [
  { type: "started" },
  { type: "credentials.given", credentials },
  { type: "registered" },
];
const ours: PhoneEvent = { type: "work.told", interaction: "i1", talking: true, muted: false };
const invite: PhoneEvent = { type: "invited", id: "leg1", interaction: "i1" };

describe("the softphone", () => {
  it("asks for credentials, registers and is reachable", () => {
    expect(play({ type: "started" })[1]).toEqual([{ type: "credentials.ask" }]);
    expect(play(...registered)[0].link).toBe("registered");
  });

  it("answers by itself the leg of the interaction that the server says is ours", () => {
    const [state, effects] = play(...registered, ours, invite);
    expect(effects).toEqual([{ type: "answer", id: "leg1" }]);
    expect(state.call?.phase).toBe("answering");
  });

  it("refuses a leg without our header and never opens the microphone for it", () => {
    const [state, effects] = play(...registered, ours, {
      type: "invited",
      id: "x",
      interaction: null,
    });
    expect(effects).toEqual([{ type: "refuse", id: "x" }]);
    expect(state.call).toBeNull();
  });

  it("asks the server about a leg that came before its word, and answers when it is ours", () => {
    const [, asked] = play(...registered, invite);
    expect(asked).toEqual([{ type: "work.ask" }, { type: "claim.wait", id: "leg1", ms: CLAIM_MS }]);
    expect(play(...registered, invite, ours)[1]).toEqual([{ type: "answer", id: "leg1" }]);
  });

  it("refuses a leg whose claim was not confirmed in time", () => {
    const [state, effects] = play(...registered, invite, { type: "claim.expired", id: "leg1" });
    expect(effects).toEqual([{ type: "refuse", id: "leg1" }]);
    expect(state.call).toBeNull();
  });

  it("does not answer for another agent's interaction", () => {
    const other: PhoneEvent = { type: "work.told", interaction: "i2", talking: true, muted: false };
    expect(play(...registered, other, invite)[1]).not.toContainEqual({
      type: "answer",
      id: "leg1",
    });
  });

  it("refuses a second interaction while one is in the ear", () => {
    const second: PhoneEvent = { type: "invited", id: "leg2", interaction: "i2" };
    expect(play(...registered, ours, invite, second)[1]).toEqual([{ type: "refuse", id: "leg2" }]);
  });

  it("lets go of a leg whose end was lost with the connection when the next call comes", () => {
    const next: PhoneEvent = { type: "work.told", interaction: "i2", talking: false, muted: false };
    const second: PhoneEvent = { type: "invited", id: "leg2", interaction: "i2" };
    const live: PhoneEvent = { type: "confirmed", id: "leg1" };
    const [state, effects] = play(...registered, ours, invite, live, next, second);
    expect(effects).toEqual([
      { type: "refuse", id: "leg1" },
      { type: "answer", id: "leg2" },
    ]);
    expect(state.call?.id).toBe("leg2");
  });

  it("takes the leg that is dialled anew after a reload, and keeps it muted", () => {
    const muted: PhoneEvent = { type: "work.told", interaction: "i1", talking: true, muted: true };
    const [state, effects] = play(...registered, muted, invite, { type: "confirmed", id: "leg1" });
    expect(state.call?.phase).toBe("live");
    expect(effects).toEqual([{ type: "mute", id: "leg1", on: true }]);
  });

  it("asks once to be rung into the talk again when the page was loaded anew", () => {
    const [state, effects] = play(ours, ...registered);
    expect(effects).toEqual([{ type: "reattach" }]);
    expect(phone(state, { type: "registered" })[1]).toEqual([]);
  });

  it("asks once more when the connection drops before it was rung in", () => {
    const again: PhoneEvent[] = [{ type: "disconnected" }, { type: "registered" }];
    expect(play(ours, ...registered, ...again)[1]).toEqual([{ type: "reattach" }]);
    expect(play(ours, ...registered, invite, ...again)[1]).toEqual([{ type: "reattach" }]);
    const live: PhoneEvent = { type: "confirmed", id: "leg1" };
    expect(play(ours, ...registered, invite, live, ...again)[1]).toEqual([]);
  });

  it("does not ask for a call that is only being dialled", () => {
    const dialled: PhoneEvent = {
      type: "work.told",
      interaction: "i1",
      talking: false,
      muted: false,
    };
    expect(play(dialled, ...registered)[1]).toEqual([]);
  });

  it("follows the server's mute while the leg is live", () => {
    const live: PhoneEvent[] = [...registered, ours, invite, { type: "confirmed", id: "leg1" }];
    const muted: PhoneEvent = { type: "work.told", interaction: "i1", talking: true, muted: true };
    expect(play(...live, muted)[1]).toEqual([{ type: "mute", id: "leg1", on: true }]);
  });

  it("keeps a live call when the WebSocket drops", () => {
    const [state] = play(
      ...registered,
      ours,
      invite,
      { type: "confirmed", id: "leg1" },
      { type: "disconnected" },
    );
    expect(state.link).toBe("lost");
    expect(state.call?.phase).toBe("live");
  });

  it("lets go of a leg that was cut from its signalling when the server says the talk is over", () => {
    const over: PhoneEvent = { type: "work.told", interaction: null, talking: false, muted: false };
    const live: PhoneEvent[] = [...registered, ours, invite, { type: "confirmed", id: "leg1" }];
    expect(play(...live, over)[1]).toEqual([]);
    const [state, effects] = play(...live, { type: "disconnected" }, { type: "registered" }, over);
    expect([state.call, effects]).toEqual([null, [{ type: "refuse", id: "leg1" }]]);
  });

  it("lets go of the leg whose answer was lost when it is rung anew", () => {
    const again: PhoneEvent = { type: "invited", id: "leg2", interaction: "i1" };
    const [state, effects] = play(...registered, ours, invite, { type: "disconnected" }, again);
    expect(effects).toEqual([
      { type: "refuse", id: "leg1" },
      { type: "answer", id: "leg2" },
    ]);
    expect(state.call?.id).toBe("leg2");
  });

  it("does not ask again where the device is a desk phone", () => {
    const [state, effects] = play(
      { type: "started" },
      { type: "credentials.refused", code: "device_is_desk_phone" },
    );
    expect(state.link).toBe("refused");
    expect(effects).toEqual([]);
  });

  it("ignores late news of legs that are gone", () => {
    const [state, effects] = play(...registered, { type: "ended", id: "old", cause: "bye" });
    expect([state.call, effects]).toEqual([null, []]);
  });
});
