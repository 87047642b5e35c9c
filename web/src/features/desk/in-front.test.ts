import { describe, expect, it } from "vitest";
import type { Work } from "@/lib/api";
import { inFront } from "./in-front";

const work = (id: string, more: Partial<Work> = {}): Work => ({
  kind: "handled",
  channel: "email",
  interaction_id: id,
  since: "2026-03-01T08:00:05Z",
  held: false,
  muted: false,
  recorded: false,
  recording_paused: false,
  recording: null,
  parties: [],
  aside: null,
  ...more,
});
const call = work("call", { kind: "segment", channel: "voice" });
const works = [work("second"), work("first")];

describe("what is in front", () => {
  it("is the call, before all that is written", () => {
    expect(inFront({ work: call, works }, null)?.interaction_id).toBe("call");
    expect(inFront({ work: null, works }, null)?.interaction_id).toBe("first");
  });

  it("is what was chosen, while it is there", () => {
    expect(inFront({ work: call, works }, "second")?.interaction_id).toBe("second");
    expect(inFront({ work: call, works }, "gone")?.interaction_id).toBe("call");
  });

  it("is no offer beside work that was begun", () => {
    const offered = { ...call, kind: "offer" as const };
    expect(inFront({ work: offered, works }, null)?.interaction_id).toBe("first");
    expect(inFront({ work: offered, works: [] }, null)?.kind).toBe("offer");
    expect(inFront({ work: null, works: [work("w", { kind: "offer" })] }, null)).toBeNull();
  });
});
