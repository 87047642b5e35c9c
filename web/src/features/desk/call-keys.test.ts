import { expect, it } from "vitest";
import { nameOf } from "@/lib/hotkeys";
import { type CallActs, callKeys } from "./call-keys";

const NAMES = [
  "mute",
  "hold",
  "record",
  "keypad",
  "transfer",
  "park",
  "giveBack",
  "hangUp",
] as const;
const talking = { calling: false, retrieving: false };

function pressed(work: typeof talking, key: string, shiftKey = false): string[] {
  const told: string[] = [];
  const acts = Object.fromEntries(NAMES.map((name) => [name, () => told.push(name)]));
  const code = `Key${key.toUpperCase()}`;
  const event = { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey };
  callKeys(work, acts as unknown as CallActs)[nameOf(event)]?.();
  return told;
}

it("gives the caller back to the queue by Shift Q, and by no plain letter", () => {
  expect(pressed(talking, "Q", true)).toEqual(["giveBack"]);
  expect(pressed(talking, "q")).toEqual([]);
});

it("gives nobody back while a phone only rings, and can yet give up", () => {
  for (const rings of [
    { calling: true, retrieving: false },
    { calling: false, retrieving: true },
  ]) {
    expect(pressed(rings, "Q", true)).toEqual([]);
    expect(pressed(rings, "P", true)).toEqual([]);
    expect(pressed(rings, "X", true)).toEqual(["hangUp"]);
  }
});
