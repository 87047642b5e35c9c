/** What the form of a queue holds, and what a new queue begins with. */

import { useQuery } from "@tanstack/react-query";
import { api, type Queue, unwrap } from "@/lib/api";

const FRESH: Partial<Queue> = {
  priority: 0,
  offer_timeout_s: 15,
  accept: { mode: "manual", after_ms: 0 },
  decline_allowed: false,
  wrap_up: { mode: "fixed", seconds: 30 },
  disposition_required: true,
  survey_rate_pct: 100,
  recording: "always",
  recording_beep_s: 0,
  service_level_s: 20,
  max_waiting: 1000,
  announce_every_s: 45,
  announce_place: true,
  announce_wait: true,
  music: "default",
  comfort_announcement: null,
  voicemail_announcement: null,
  short_abandon_s: 5,
  handling_s: 0,
  declines_before_not_ready: 3,
  decline_rest_s: 10,
  callback: {
    enabled: false,
    min_ewt_s: 180,
    preview_s: 20,
    ring_s: 30,
    tries: 3,
    retry_after_s: 900,
    most_share_pct: 50,
    after_loss: true,
    after_abandon: false,
    tell_machine: false,
  },
  calendar_id: null,
  requirement: "",
  relaxing: [],
  strategy: "index",
  ring_at_once: 1,
  tier_s: 0,
  members: [],
  patience: { manager_s: 0, expert_s: 0, last_agent_s: 0 },
  by_history: false,
  overflow: [],
  voicemail_mailbox: null,
  agents: [],
};

const SENT = [
  "name",
  "display",
  "priority",
  "offer_timeout_s",
  "accept",
  "decline_allowed",
  "wrap_up",
  "disposition_required",
  "survey_rate_pct",
  "recording",
  "recording_beep_s",
  "service_level_s",
  "max_waiting",
  "announce_every_s",
  "announce_place",
  "announce_wait",
  "music",
  "comfort_announcement",
  "voicemail_announcement",
  "short_abandon_s",
  "handling_s",
  "declines_before_not_ready",
  "decline_rest_s",
  "callback",
  "calendar_id",
  "requirement",
  "relaxing",
  "strategy",
  "ring_at_once",
  "tier_s",
  "members",
  "patience",
  "by_history",
  "overflow",
  "voicemail_mailbox",
  "agents",
] as const;

export type QueueFields = Pick<Queue, (typeof SENT)[number]>;

export function initialFields(queue: Queue | null): Partial<QueueFields> {
  const source = queue ?? FRESH;
  return Object.fromEntries(SENT.map((name) => [name, source[name]])) as Partial<QueueFields>;
}

/** The agents that can be chosen. */
export function useAgentChoice() {
  const query = useQuery({ queryKey: ["agents"], queryFn: () => unwrap(api.GET("/agents")) });
  return (query.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
}
