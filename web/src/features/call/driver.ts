/** Runs a guest's call: the machine's effects on the line, the line's news to the machine. */

import { useEffect, useRef, useState } from "react";
import { api, codeOf, unwrap } from "@/lib/api";
import { chosenDevices } from "@/lib/devices";
import { useMachine } from "@/lib/machine";
import { type Line, type LineEvent, loadLine } from "@/lib/softphone";
import { type Guest, type GuestEffect, type GuestEvent, guest, idleGuest } from "./machine";

type Send = (event: GuestEvent) => void;

/** How long the line stays open after a hang-up, so that the BYE gets out. */
const GOODBYE_MS = 500;

const asked = ({ number, caller }: Extract<GuestEffect, { type: "ask" }>) =>
  caller ? { number, caller } : { number };

export function useGuestCall(): {
  state: Guest;
  send: Send;
  heard: MediaStream | null;
} {
  const line = useRef<Line | null>(null);
  const [heard, setHeard] = useState<MediaStream | null>(null);

  const perform = (effect: GuestEffect, tell: Send): void => {
    switch (effect.type) {
      case "ask":
        unwrap(api.POST("/guest/calls", { body: asked(effect) }))
          .then((call) => tell({ type: "granted", call }))
          .catch((error: unknown) => tell({ type: "refused", code: codeOf(error) }));
        return;
      case "open":
        void loadLine(effect.call).then((Kind) => {
          const report = (news: LineEvent) => {
            if (news.type === "media") setHeard(news.stream);
            tell({ type: "line", news, now: Date.now() });
          };
          line.current = new Kind(report, chosenDevices);
          line.current.open(effect.call, false);
        });
        return;
      case "invite":
        line.current?.call(effect.target);
        return;
      case "end":
        line.current?.hangup(effect.leg);
        return;
      case "mute":
        line.current?.mute(effect.leg, effect.on);
        return;
      case "digit":
        line.current?.digit(effect.leg, effect.digit);
        return;
      case "close": {
        const old = line.current;
        line.current = null;
        setHeard(null);
        setTimeout(() => old?.close(), GOODBYE_MS);
        return;
      }
    }
  };

  const [state, send] = useMachine(guest, idleGuest, perform);
  useEffect(() => {
    const leave = () => send({ type: "hang_up" });
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [send]);
  return { state, send, heard };
}
