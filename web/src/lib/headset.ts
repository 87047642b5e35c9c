/** A headset's keys, where the browser hands them on: mute, hang up, and the one key that answers. */

import { useEffect, useRef } from "react";

export type HeadsetKeys = {
  mute?: (() => void) | undefined;
  hangUp?: (() => void) | undefined;
  answer?: (() => void) | undefined;
};

type Session = {
  setActionHandler(action: never, act: (() => void) | null): void;
  setMicrophoneActive?(active: boolean): void;
};

/** Browsers know some of these, and throw at the others. */
const ACTIONS = {
  togglemicrophone: "mute",
  hangup: "hangUp",
  play: "answer",
  pause: "answer",
} as const satisfies Record<string, keyof HeadsetKeys>;

/** Have the keys do this; returns what lets go of them. */
export function bind(session: Session, keys: () => HeadsetKeys, has: HeadsetKeys): () => void {
  const bound = Object.entries(ACTIONS).filter(([, key]) => has[key]);
  for (const [action, key] of bound) set(session, action, () => keys()[key]?.());
  return () => {
    for (const [action] of bound) set(session, action, null);
  };
}

function set(session: Session, action: string, act: (() => void) | null): void {
  try {
    session.setActionHandler(action as never, act);
  } catch {
    // A key that this browser does not hand on.
  }
}

export function useHeadset(keys: HeadsetKeys, muted = false): void {
  const now = useRef(keys);
  useEffect(() => {
    now.current = keys;
  });
  const [mute, hangUp, answer] = [Boolean(keys.mute), Boolean(keys.hangUp), Boolean(keys.answer)];
  useEffect(() => {
    const session = navigator.mediaSession as Session | undefined;
    if (!session) return;
    const nothing = () => undefined;
    return bind(session, () => now.current, {
      mute: mute ? nothing : undefined,
      hangUp: hangUp ? nothing : undefined,
      answer: answer ? nothing : undefined,
    });
  }, [mute, hangUp, answer]);
  useEffect(() => {
    const session = navigator.mediaSession as Session | undefined;
    session?.setMicrophoneActive?.(!muted);
  }, [muted]);
}
