/** Runs the softphone's machine for the signed-in agent. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { api, codeOf, type Me, type SoftphoneCredentials, unwrap, type Work } from "@/lib/api";
import { chosenDevices } from "@/lib/devices";
import { useMachine } from "@/lib/machine";
import { ME } from "@/lib/session";
import {
  type Line,
  type LineEvent,
  loadLine,
  type Phone,
  type PhoneEffect,
  type PhoneEvent,
  phone,
  silentPhone,
} from "@/lib/softphone";

export const DEVICES_CHANGED = "trunkline-devices-changed";

type Send = (event: PhoneEvent) => void;

export function useAgentPhone(me: Me): { phone: Phone; claim: (interaction: string) => void } {
  const client = useQueryClient();
  const line = useRef<Line | null>(null);
  const perform = (effect: PhoneEffect, send: Send): void => {
    switch (effect.type) {
      case "credentials.ask":
        askCredentials(send);
        return;
      case "credentials.ask_later":
        setTimeout(() => send({ type: "credentials.due" }), effect.after_ms);
        return;
      case "register":
        register(line, send, effect.credentials);
        return;
      case "unregister":
        line.current?.close();
        return;
      case "reattach":
        // Refused only when the talk is over meanwhile, and then there is nothing to attach.
        void unwrap(api.POST("/me/reattach")).catch(() => undefined);
        return;
      case "work.ask":
        void client.invalidateQueries({ queryKey: ME });
        return;
      case "claim.wait":
        setTimeout(() => send({ type: "claim.expired", id: effect.id }), effect.ms);
        return;
      case "answer":
        line.current?.answer(effect.id);
        return;
      case "refuse":
        line.current?.refuse(effect.id);
        return;
      case "mute":
        line.current?.mute(effect.id, effect.on);
        return;
    }
  };
  const [state, send] = useMachine(phone, silentPhone, perform);

  const browser = me.device.kind === "browser";
  useEffect(() => {
    send({ type: browser ? "started" : "stopped" });
    return () => send({ type: "stopped" });
  }, [browser, send]);

  const talk = me.work && rings(me.work) ? me.work : null;
  const [ours, talking, muted] = [
    talk?.interaction_id ?? null,
    talk?.kind === "segment",
    talk?.muted ?? false,
  ];
  useEffect(
    () => send({ type: "work.told", interaction: ours, talking, muted }),
    [ours, talking, muted, send],
  );

  useEffect(() => {
    const rehear = () => void line.current?.rehear();
    window.addEventListener(DEVICES_CHANGED, rehear);
    return () => window.removeEventListener(DEVICES_CHANGED, rehear);
  }, []);

  const claim = useCallback(
    (interaction: string) => send({ type: "work.told", interaction, talking: false, muted: false }),
    [send],
  );
  return { phone: state, claim };
}

/** The leg of an accepted offer or of a talk is ours; the one of an open offer is not yet. */
const rings = (work: Work): boolean =>
  work.kind === "segment" || (work.kind !== "wrap_up" && Boolean(work.accepted));

function askCredentials(send: Send): void {
  unwrap(api.GET("/me/softphone"))
    .then((credentials) => send({ type: "credentials.given", credentials }))
    .catch((error: unknown) => send({ type: "credentials.refused", code: codeOf(error) }));
}

function register(
  line: { current: Line | null },
  send: Send,
  credentials: SoftphoneCredentials,
): void {
  void loadLine(credentials).then((Kind) => {
    // Another engine is there since the node was started anew: its line is another one.
    if (line.current && line.current.constructor !== Kind) {
      line.current.close();
      line.current = null;
    }
    line.current ??= new Kind((event) => tell(event, send), chosenDevices);
    line.current.open(credentials, true);
  });
}

/** The agent's phone has no use for dialling tones and level meters. */
function tell(event: LineEvent, send: Send): void {
  if (event.type === "progress" || event.type === "media" || event.type === "connected") return;
  send(event);
}
