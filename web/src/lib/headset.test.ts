import { expect, it } from "vitest";
import { bind, type HeadsetKeys } from "./headset";

function headset(...known: string[]) {
  const handlers = new Map<string, () => void>();
  return {
    press: (key: string) => handlers.get(key)?.(),
    setActionHandler(action: never, act: (() => void) | null) {
      if (!known.includes(action)) throw new TypeError(`no ${action}`);
      if (act) handlers.set(action, act);
      else handlers.delete(action);
    },
  };
}

it("does what its keys say until they are let go, and lives with those a browser does not know", () => {
  const session = headset("hangup", "togglemicrophone");
  const told: string[] = [];
  let keys: HeadsetKeys = { mute: () => told.push("mute"), answer: () => told.push("answer") };
  const letGo = bind(session, () => keys, { ...keys, hangUp: () => undefined });
  session.press("togglemicrophone");
  keys = { ...keys, hangUp: () => told.push("hang up") };
  session.press("hangup");
  session.press("play");
  letGo();
  session.press("hangup");
  expect(told).toEqual(["mute", "hang up"]);
});

it("takes no key that nothing is to be done by", () => {
  const session = headset("hangup", "play");
  bind(session, () => ({}), { hangUp: () => undefined });
  expect(() => session.press("play")).not.toThrow();
});
