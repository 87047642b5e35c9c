/** Runs the desk's machine: tells it what the server says, carries out its effects. */

import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, codeOf, type Me, type Offer, unwrap, type Work } from "@/lib/api";
import { chosenDevices } from "@/lib/devices";
import { useMachine } from "@/lib/machine";
import { ME, useStreamEvents } from "@/lib/session";
import type { StreamEvent } from "@/lib/stream";
import { TonePlayer } from "@/lib/tones";
import { dispositionsOf } from "./dispositions";
import { announced, inFront, inHand } from "./in-front";
import { type Desk, type DeskEffect, type DeskEvent, desk, emptyDesk } from "./machine";

const OFFERS = ["offers"] as const;
const TICK_MS = 1_000;
const tones = new TonePlayer();

export function useDeskMachine(
  me: Me,
  claim: (interaction: string) => void,
): { state: Desk; send: (event: DeskEvent) => void; choose: (interaction: string) => void } {
  const [front, choose] = useInFront(me);
  const take = (interaction: string) => {
    claim(interaction);
    choose(interaction);
  };
  const perform = usePerform(me, take);
  const [state, send] = useMachine(desk, emptyDesk, perform);
  useServerWord(me, front, send);
  useOfferNews(me, send);
  useTicks(send);
  return { state, send, choose };
}

/** Which of several works is in front: what was taken last, until another is chosen. */
function useInFront(me: Me): [Work | null, (interaction: string) => void] {
  const [chosen, choose] = useState<string | null>(null);
  const call = me.work && me.work.kind !== "offer" ? me.work.interaction_id : null;
  const before = useRef(call);
  useEffect(() => {
    if (call !== null && call !== before.current) choose(null);
    before.current = call;
  }, [call]);
  return [inFront(me, chosen), choose];
}

type Send = (event: DeskEvent) => void;

function usePerform(me: Me, take: (interaction: string) => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (effect: DeskEffect, send: Send): void => {
    switch (effect.type) {
      case "ring":
        // A desk phone rings by itself.
        if (effect.on && me.device.kind === "browser")
          tones.play("ring", chosenDevices().ringer, true);
        else tones.stop("ring");
        return;
      case "tone":
        tones.play(effect.tone, chosenDevices()[effect.tone === "connect" ? "headset" : "ringer"]);
        return;
      case "announce":
        announce(effect.offer, announced(effect.offer, t));
        makeReady(client, effect.offer);
        return;
      case "accept":
        // The server's yes makes the interaction ours: the leg that follows may be answered.
        void unwrap(api.POST("/offers/{id}/accept", { params: { path: { id: effect.id } } }))
          .then(() => take(effect.interaction))
          .catch((error: unknown) =>
            send({ type: "accept.failed", id: effect.id, code: codeOf(error) }),
          );
        return;
      case "decline": {
        const params = { path: { id: effect.id } };
        void unwrap(api.POST("/offers/{id}/decline", { params, body: { reason: effect.reason } }))
          .then(() => send({ type: "offer.ended", id: effect.id }))
          .catch((error: unknown) => send({ type: "refusal", code: codeOf(error) }));
        return;
      }
      case "draft.load":
        loadDraft(effect.interaction, send);
        return;
      case "draft.save":
        saveDraft(effect, send);
        return;
    }
  };
}

/** Only while the page is out of sight: a visible page says it itself. */
function announce(offer: Offer, title: string): void {
  if (!document.hidden || Notification.permission !== "granted") return;
  new Notification(title, { body: offer.queue_name ?? "", tag: offer.id });
}

/** What the call will show is there before it begins: no key has to wait for the server. */
function makeReady(client: QueryClient, { interaction_id, queue_id, pop }: Offer): void {
  client.setQueryData(["pop", interaction_id], pop);
  void client.prefetchQuery(dispositionsOf(queue_id));
}

function loadDraft(interaction: string, send: Send): void {
  const params = { path: { id: interaction } };
  void unwrap(api.GET("/interactions/{id}/draft", { params }))
    .then((body) => send({ type: "draft.loaded", interaction, body }))
    .catch(() => send({ type: "draft.loaded", interaction, body: {} }));
}

function saveDraft(effect: Extract<DeskEffect, { type: "draft.save" }>, send: Send): void {
  const { interaction, body } = effect;
  const { updated_at: _, ...kept } = body;
  const params = { path: { id: interaction } };
  void unwrap(api.PUT("/interactions/{id}/draft", { params, body: kept, keepalive: true }))
    .then(() => send({ type: "draft.saved", interaction }))
    .catch(() => send({ type: "draft.unsaved", interaction }));
}

function useServerWord(me: Me, front: Work | null, send: Send): void {
  const { work, works } = me;
  useEffect(() => {
    const begun = inHand({ work, works }).filter(({ kind }) => kind !== "offer");
    const names = begun.map(({ interaction_id }) => interaction_id);
    send({ type: "work.told", work: front, begun: names });
  }, [front, work, works, send]);
  const offered = [me.work, ...me.works].some((work) => work?.kind === "offer");
  const { data } = useQuery({
    queryKey: OFFERS,
    queryFn: () => unwrap(api.GET("/me/offers")),
    refetchInterval: offered ? 5_000 : false,
  });
  useEffect(() => {
    if (data) send({ type: "offers.told", offers: data.items });
  }, [data, send]);
}

function useOfferNews(me: Me, send: Send): void {
  const client = useQueryClient();
  const hear = useCallback(
    (event: StreamEvent) => {
      const mine = [event.data?.agent_id, event.data?.colleague_id].includes(me.agent?.agent_id);
      const ours =
        mine || inHand(me).some((one) => one.interaction_id === event.data?.interaction_id);
      if (event.type === "trunkline.offer.made.v1" && mine) {
        const offer = offerFrom(event);
        if (offer) send({ type: "offer.made", offer });
        void client.invalidateQueries({ queryKey: OFFERS });
      }
      if (event.type === "trunkline.offer.ended.v1") {
        send({ type: "offer.ended", id: event.data.offer_id });
        void client.invalidateQueries({ queryKey: OFFERS });
      }
      if (event.type === "trunkline.interaction.recording_reminded.v1" && mine)
        send({ type: "refusal", code: "recording_still_paused" });
      const unfetched = event.type === "trunkline.interaction.retrieval_failed.v1" && mine;
      if (unfetched && event.data.cause !== "normal")
        send({ type: "refusal", code: "retrieval_failed" });
      const failed = failureOf(event, me);
      if (failed) send({ type: "refusal", code: failed });
      if (event.type === "trunkline.agent.state_changed.v1" && mine)
        client.setQueryData<Me>(ME, (old) => old && withNews(old, event));
      if (ours) void client.invalidateQueries({ queryKey: ME });
    },
    [client, me, send],
  );
  useStreamEvents(hear);
}

/** With its pop the offer is whole and shown at once; without it, it is over or the list says more. */
const offerFrom = ({ data }: StreamEvent): Offer | null => (data.pop ? (data as Offer) : null);

/** Why somebody whom I rang did not come; giving up myself needs no word. */
function failureOf({ type, data }: StreamEvent, me: Me): string | null {
  const mine = data?.by_agent_id === me.agent?.agent_id;
  if (type !== "trunkline.interaction.party_ended.v1" || !mine || data.joined) return null;
  if (data.cause === "normal") return null;
  return ["busy", "no_answer", "declined"].includes(data.cause)
    ? `party_${data.cause}`
    : "party_failed";
}

/** Shown at once; the read that follows confirms it. */
function withNews(me: Me, { data }: StreamEvent): Me {
  return {
    ...me,
    state: data.state,
    state_reason: data.reason,
    state_since: data.since,
    state_pending: data.pending,
    work: data.work,
    works: data.works ?? me.works,
  };
}

function useTicks(send: Send): void {
  useEffect(() => {
    const timer = setInterval(() => send({ type: "tick" }), TICK_MS);
    const leave = () => send({ type: "leaving" });
    window.addEventListener("pagehide", leave);
    return () => {
      clearInterval(timer);
      window.removeEventListener("pagehide", leave);
      tones.stop("ring");
    };
  }, [send]);
}
