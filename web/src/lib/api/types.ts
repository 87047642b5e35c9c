/** The API's words as types: one interface for each resource, named as in the glossary. */

export type Timestamp = string;
export type Language = "zh" | "en";
export type Words = { zh: string; en: string };
export type Page<T> = { items: T[]; next?: string | null };
export type Items<T> = { items: T[] };
export type Accepted = { seq: number };

export type AgentState = "offline" | "ready" | "offered" | "handling" | "wrap_up" | "not_ready";
export type AgentWish = "ready" | "not_ready" | "offline";
export type Level = "regular" | "silver" | "gold" | "platinum" | "diamond";
export type DeviceKind = "browser" | "sip";

/** Something by id and name; the name is null when it is gone or may not be seen. */
export type Named = { id: string; name: string | null };

export interface WrapUp {
  mode: "none" | "fixed" | "until_done";
  ends_at?: Timestamp | null;
  extended: number;
  overrun: boolean;
  disposition?: string | null;
  disposition_required: boolean;
}

export type Attending = "listen" | "whisper" | "barge";
export type PartyRole = "consult" | "transfer" | "conference" | Attending;

/** Somebody whom the agent brought into the call; without `agent` an outside number. */
export interface Party {
  id: string;
  role: PartyRole;
  agent: Named | null;
  joined: boolean;
  swapped: boolean;
  since: Timestamp;
  /** Of an outside number. */
  recording_consent: Consent | null;
}

/** Whom to bring in or give the customer to; exactly one is named. */
export type Whom = { agent: string } | { queue: string } | { number: string } | { flow: string };

export interface Targets {
  colleagues: {
    id: string;
    name: string;
    username: string;
    extension: string | null;
    team: string | null;
    state: AgentState;
    reason: string | null;
    since: Timestamp | null;
    can_come: boolean;
    skills: Record<string, number>;
  }[];
  queues: {
    id: string;
    name: string;
    display: Words;
    open: boolean;
    waiting: number;
    ewt_ms: number | null;
    free: number;
    skills_required: Record<string, number>;
  }[];
  more: boolean;
}

export type RecordingRule = "always" | "consent" | "on_demand" | "off";
export type ConsentPolicy = "announce" | "opt_out" | "opt_in";
export type ConsentAnswer = "told" | "agreed" | "declined" | "withdrawn";
export interface Consent {
  policy: ConsentPolicy;
  answer: ConsentAnswer | null;
}

/** Whether the talk is recorded now, and if not, why. */
export interface Recorded {
  standing: "recorded" | "paused" | "on_demand" | "unasked" | "declined" | "withdrawn" | "off";
  pause: "agent" | "payment" | null;
  paused_since: Timestamp | null;
  consent: Consent;
}

export type Channel = "voice" | "chat" | "email" | "task";

/** What a chat, a mail or a task says; empty once it went with its customer. */
export interface Written {
  subject: string | null;
  text: string | null;
}

export interface Work {
  kind: "offer" | "segment" | "handled" | "wrap_up" | "aside";
  channel: Channel;
  interaction_id: string;
  offer_id?: string | null;
  since: Timestamp;
  accepted?: boolean;
  attached?: boolean;
  held: boolean;
  muted: boolean;
  queue_id?: string | null;
  disposition?: string | null;
  wrap_up?: WrapUp | null;
  /** A callback, and whether its customer's phone still rings. */
  callback?: boolean;
  /** An agent calls another: no customer is in it. */
  internal?: boolean;
  calling?: boolean;
  /** My own phone is rung into a call that was parked. */
  retrieving?: boolean;
  recorded: boolean;
  recording_paused: boolean;
  recording: Recorded | null;
  parties: Party[];
  /** My part in the call of a colleague; it rings until then, if it still does. */
  aside: { role: PartyRole; by: Named; ringing_until: Timestamp | null } | null;
}

/** A call that waits in a numbered slot for whoever fetches it. */
export interface ParkedCall {
  interaction_id: string;
  slot: number;
  since: Timestamp;
  by: Named | null;
  queue: Named | null;
  customer: { id: string; name: string | null; level: Level } | null;
  phone_masked: string | null;
}

export type VoicemailState = "new" | "heard" | "done";

/** A message that a customer left: for an agent, or without one for the queue. */
export interface Voicemail {
  id: string;
  interaction_id: string;
  queue: Named | null;
  agent: Named | null;
  customer: { id: string; name: string | null; level: Level } | null;
  phone_masked: string | null;
  left_at: Timestamp;
  length_ms: number;
  state: VoicemailState;
  changed_by: Named | null;
  changed_at: Timestamp | null;
  recording: RecordingBrief | null;
  ticket_id: string | null;
  notice: "sent" | "refused" | "failed" | "no_mailbox" | "no_server" | null;
}

export interface Me {
  user_id: string;
  username: string;
  display_name: string;
  roles: string[];
  permissions: string[];
  tenant: Named;
  team?: Named | null;
  language?: string | null;
  agent?: { agent_id: string; extension?: string | null } | null;
  state: AgentState;
  state_reason?: string | null;
  state_since: Timestamp;
  state_pending?: { state: AgentWish; reason?: string | null } | null;
  device: { kind: DeviceKind; account: string | null; reachable: boolean | null };
  work: Work | null;
  /** Chats, mails and tasks, beside the call. */
  works: Work[];
  queues: Named[];
  emergency_numbers?: string[];
  csrf?: string | null;
}

export interface SoftphoneCredentials {
  account: string;
  secret: string;
  /** What the engine behind it speaks with pages. */
  signalling: "sip" | "direct";
  realm: string;
  ws_path: string;
  expires_at: Timestamp;
}

export interface CustomerCard {
  id: string;
  name: string;
  level: Level;
  phone_masked?: string | null;
  organisation?: string | null;
}

export interface TicketCard {
  id: string;
  number: string;
  title: string | null;
  priority: Priority;
  status: TicketStatus;
  updated_at?: Timestamp;
}

export interface Verified {
  by: "order_last4" | "pin" | "agent" | null;
  by_user?: string | null;
  at?: Timestamp | null;
  how?: string | null;
}

export interface PathStep {
  node: string;
  key?: string | null;
  at: Timestamp;
  words: Words;
}

export interface OrderBrief {
  id: string;
  number_masked: string;
  placed_on: string;
  status: string;
  amount_minor: number;
  currency: string;
}

export type Presumption = "presumed" | "several" | "none" | "withheld" | "verified";

export interface Pop {
  interaction_id: string;
  channel: string;
  number_dialled: string;
  presumption: Presumption;
  customer?: CustomerCard | null;
  matches: CustomerCard[];
  verified: Verified;
  phone_masked?: string | null;
  phone?: string | null;
  recent: {
    id: string;
    started_at: Timestamp;
    queue_name?: string | null;
    disposition?: string | null;
    ended_by?: string | null;
  }[];
  open_orders: OrderBrief[];
  open_tickets: TicketCard[];
  path: PathStep[];
  queued_ms?: number | null;
  /** Nobody is on the line: accepting dials the customer. */
  callback?: boolean;
  /** The entry of a dialling list that it is. */
  listed?: ListedCard | null;
  written?: Written | null;
}

export type OfferOutcome =
  | "pending"
  | "accepted"
  | "declined"
  | "timed_out"
  | "withdrawn"
  | "failed"
  | "skipped";

export interface Explanation {
  policy_version: number;
  rule: string;
  order: string;
  waited_ms: number;
  eligible: number;
  stage: number;
  requirement: string;
  rivals: { interaction_id: string; waited_ms: number; score: number; head: string }[];
  in_time_first: boolean;
  candidates: {
    agent_id: string;
    agent_name?: string | null;
    score: number;
    idle_ms: number;
    chosen: boolean;
    why: string;
  }[];
  words: Words;
}

export interface OfferRecord {
  id: string;
  interaction_id: string;
  queue_id: string;
  queue_name: string | null;
  agent_id: string;
  agent_name?: string | null;
  cause?: string | null;
  reason?: string | null;
  outcome: OfferOutcome;
  made_at: Timestamp;
  expires_at: Timestamp;
  ended_at?: Timestamp | null;
  accept: { mode: "manual" | "automatic"; after_ms: number };
  may_decline: boolean;
  explanation?: Explanation | null;
}

export interface Offer extends OfferRecord {
  pop: Pop;
}

export interface Draft {
  note?: string;
  disposition?: string | null;
  ticket_title?: string;
  ticket_class?: TicketClass | null;
  ticket_action?: TicketAction | null;
  ticket_id?: string | null;
  impact?: number | null;
  urgency?: number | null;
  solved?: boolean;
  updated_at?: Timestamp | null;
}

export type TicketAction = "append" | "new" | "none";
export type TicketClass = "technical" | "commercial" | "billing" | "voicemail";
export type TicketStatus = "open" | "pending" | "solved" | "closed";
export type Priority = "P1" | "P2" | "P3" | "P4";

export interface WrapUpRequest {
  disposition?: string | null;
  note?: string | null;
  ticket?: {
    action: TicketAction;
    ticket_id?: string | null;
    title?: string | null;
    class?: TicketClass | null;
    impact?: number | null;
    urgency?: number | null;
    solved?: boolean;
  } | null;
}

export type InteractionState =
  | "flow"
  | "queued"
  | "calling"
  | "talking"
  | "handled"
  | "parked"
  | "voicemail"
  | "wrap_up"
  | "ended";

export interface InteractionRow {
  id: string;
  channel: Channel;
  state: InteractionState;
  ended_by?: string | null;
  direction: "inbound" | "outbound" | "internal";
  number: string;
  phone_masked?: string | null;
  customer?: (Named & { level: Level }) | null;
  presumption: Presumption;
  queue?: Named | null;
  agent?: Named | null;
  started_at: Timestamp;
  answered_at?: Timestamp | null;
  ended_at?: Timestamp | null;
  wait_ms?: number | null;
  talk_ms?: number | null;
  disposition?: string | null;
  rating?: number | null;
  ticket_id?: string | null;
}

export type SegmentKind =
  | "flow"
  | "queue"
  | "ring"
  | "calling"
  | "talk"
  | "hold"
  | "consult"
  | "conference"
  | "outside"
  | "parked"
  | "voicemail"
  | Attending
  | "handled"
  | "wrap_up"
  | "survey"
  | "internal";

export interface Segment {
  id: string;
  kind: SegmentKind;
  participant: { kind: string; id?: string | null; name?: string | null };
  started_at: Timestamp;
  ended_at?: Timestamp | null;
  detail?: string | null;
}

export interface RecordingBrief {
  id: string;
  state: "recording" | "stored" | "missing";
  duration_ms?: number | null;
}

export interface Interaction extends InteractionRow {
  path: PathStep[];
  segments: Segment[];
  offers: OfferRecord[];
  showing: { events: ShowingEvent[]; files: PassedFile[] };
  recordings: RecordingBrief[];
  recording_consent: ConsentAnswer | null;
  quality: LegQuality[];
  survey?: {
    drawn: boolean;
    reason?: string | null;
    rating?: number | null;
    agent_id?: string | null;
    transferred_queues?: string[];
  } | null;
  note?: string | null;
  notes?: { author: Named; at: Timestamp; text: string }[];
  verified: Verified;
  written: Written | null;
}

export interface Waveform {
  peaks_per_s: number;
  customer: number[];
  agent: number[];
}

/** What requirements may ask of an agent besides skills and team. */
export interface Abilities {
  languages: string[];
  certifications: string[];
  tags: Record<string, string>;
  tier: number;
  region: string;
}

export interface Agent extends Abilities {
  id: string;
  name: string;
  username: string;
  state: AgentState;
  reason?: string | null;
  since: Timestamp | null;
  extension?: string | null;
  queues: string[];
  skills: Record<string, number>;
  skill_sets: { id: string; name: string; until: Timestamp }[];
  /** The team's name, by which requirements ask for it. */
  team: string | null;
  /** Where the seat is, as an emergency call tells it. */
  location: string;
  voicemail_mailbox: string | null;
  device: { kind: DeviceKind; account: string | null };
}

export interface Queue {
  id: string;
  name: string;
  display: Words;
  team_id?: string | null;
  skills_required: Record<string, number>;
  priority: number;
  offer_timeout_s: number;
  accept: { mode: "manual" | "automatic"; after_ms: number };
  decline_allowed: boolean;
  declines_before_not_ready: number;
  decline_rest_s: number;
  wrap_up: { mode: WrapUp["mode"]; seconds: number };
  disposition_required: boolean;
  dispositions: string[];
  survey_rate_pct: number;
  recording: RecordingRule;
  recording_beep_s: number;
  voicemail_mailbox: string | null;
  music: string;
  comfort_announcement: string | null;
  voicemail_announcement: string | null;
  max_waiting?: number | null;
  service_level_s: number;
  announce_every_s: number;
  announce_place: boolean;
  announce_wait: boolean;
  short_abandon_s: number;
  callback: CallbackRules;
  calendar_id: string | null;
  requirement: string;
  relaxing: { after_s: number; requirement: string }[];
  strategy: Strategy;
  ring_at_once: number;
  tier_s: number;
  handling_s: number;
  members: { agent: string; penalty: number; position: number; weight: number }[];
  patience: { manager_s: number; expert_s: number; last_agent_s: number };
  by_history: boolean;
  overflow: {
    when: OverflowWhen;
    at: number;
    to_queue_id: string | null;
    to_flow_id: string | null;
    to_voicemail: boolean;
    channels: Channel[];
  }[];
  agents: string[];
  version: number;
}

export interface CallbackRules {
  enabled: boolean;
  min_ewt_s: number;
  preview_s: number;
  ring_s: number;
  tries: number;
  retry_after_s: number;
  most_share_pct: number;
  after_loss: boolean;
  after_abandon: boolean;
  tell_machine: boolean;
}

/** Named skills that agents hold until a date, on top of their own. */
export interface SkillSet {
  id: string;
  name: string;
  skills: Record<string, number>;
  version: number;
  holders: { agent_id: string; until: Timestamp }[];
}

export type LinesTable = "skills" | "queues" | "calendars" | "dispositions";
export type LineFate = "added" | "changed" | "removed" | "unchanged" | "refused";

/** What became, or would become, of each line of a CSV file. */
export interface ImportedLines {
  dry_run: boolean;
  written: boolean;
  version: number;
  counts: Record<string, number>;
  lines: ImportedLine[];
}

export interface ImportedLine {
  line: number;
  name: string;
  part: string;
  fate: LineFate;
  code: string;
  detail: string;
}

export interface Estimate {
  mean: number;
  /** Half the width of the 95 % interval; none with one seed. */
  half: number | null;
}

/** One figure as it was, played as published, played with the draft, and how they differ. */
export interface SimulatedFigure {
  was: number;
  published: Estimate;
  draft: Estimate;
  difference: Estimate;
}

export type SimulatedFigures = Record<string, SimulatedFigure>;

export interface Simulation {
  id: string;
  state: "waiting" | "running" | "done" | "failed";
  progress_pct: number;
  from: Timestamp;
  to: Timestamp;
  error: string | null;
  result: {
    stays: number;
    overall: SimulatedFigures;
    queues: Record<string, SimulatedFigures>;
    levels: Record<string, SimulatedFigures>;
    channels: Record<string, SimulatedFigures>;
  } | null;
}

export type Strategy =
  | "index"
  | "longest_idle"
  | "fewest_contacts"
  | "round_robin"
  | "linear"
  | "top_down"
  | "random"
  | "weighted"
  | "ring_all"
  | "most_skilled"
  | "least_occupied"
  | "least_flexible";

export type OverflowWhen = "wait" | "no_answer" | "depth" | "ewt" | "no_agents" | "closed";

/** Who matches a requirement from `after_s` on; `fault` says why it cannot be read. */
export interface RequirementStep {
  after_s: number;
  requirement: string;
  fault: { code: string; position: number; detail: string } | null;
  agents: { agent_id: string; ready: boolean }[];
}

/** Whom agents serve first, when they help out, and who knows a product best. */
export interface RoutingRules {
  order: {
    kind: "index" | "gc_mu" | "score" | "priority" | "fifo";
    level_weights: Partial<Record<Level, number>>;
    tag_weights: { tag: string; value: string; weight: number }[];
    contract_weight: number;
    repeat_weight: number;
    priority_unit: number;
    age_s: number;
    off_primary: number;
    vip_from: Level;
    jump_from: Level | null;
    due_lead_s: number;
    starving_s: number;
    late_weight: number;
    ring_s: number;
  };
  sharing: {
    keep_idle: number;
    after_s: number;
    idle_bonus: number;
    flexibility: number;
    reserve: number;
    helping: number;
  };
  experts: { tag: string; value: string; agent: string }[];
  capacity: Slots & {
    interruptible: WrittenChannel[];
    beside: Channel[][];
    channels: {
      chat_offer_s: number;
      email_offer_s: number;
      task_offer_s: number;
      chat_target_s: number;
      email_target_s: number;
      task_target_s: number;
    };
    own: (Slots & { agent: string })[];
  };
}

export type WrittenChannel = Exclude<Channel, "voice">;

/** How many of each channel an agent takes at once. */
export type Slots = Record<Channel, number>;

export interface QueueLive {
  waiting: number;
  promises_due?: number;
  promises_missed?: number;
  longest_wait_ms: number;
  ewt_ms?: number | null;
  agents: Partial<Record<AgentState, number>>;
  service_level: { value: number | null; formula: string };
  calls: InLine[];
  /** What is written and waits: how many of each channel, and each one. */
  written: { channel: Channel; waiting: number; longest_wait_ms: number }[];
  papers: InLine[];
}

export interface InLine {
  interaction_id: string;
  channel: Channel;
  position: number;
  waited_ms: number;
  level: Level;
  priority: number;
  boosted: boolean;
  ringing: boolean;
}

export interface Disposition {
  id: string;
  code: string;
  label: Words;
  parent_id?: string | null;
  queues?: string[];
  active: boolean;
  children?: Disposition[];
}

export interface Reason {
  id: string;
  code: string;
  label: Words;
  active: boolean;
}

export interface Customer {
  id: string;
  name: string;
  level: Level;
  organisation?: string | null;
  language: string;
  opted_out_survey?: boolean;
  note: string | null;
  /** The agent who looks after them, and whether an enterprise contract counts. */
  manager_id: string | null;
  contract: boolean;
  identities: { kind: string; masked: string; value?: string | null }[];
  created_at?: Timestamp;
}

export type CustomerChange = {
  name: string;
  level: Level;
  language?: string;
  organisation?: string | null;
  note?: string | null;
  manager_id?: string | null;
  contract?: boolean;
};

export interface Ticket {
  id: string;
  number: string;
  title: string | null;
  description?: string | null;
  class: TicketClass;
  impact: number;
  urgency: number;
  priority: Priority;
  status: TicketStatus;
  customer?: Named | null;
  assignee?: Named | null;
  created_at: Timestamp;
  updated_at: Timestamp;
  closed_at?: Timestamp | null;
  solved_in_call: boolean;
  interactions: string[];
  notes?: { id: string; text: string | null; author: Named; at: Timestamp }[];
  version: number;
}

export type Role = "administrator" | "supervisor" | "agent" | "quality" | "planner" | "auditor";

export interface User {
  id: string;
  username: string;
  display_name: string;
  roles: { role: Role; team_id?: string | null; expires_at?: Timestamp | null }[];
  team_id?: string | null;
  active: boolean;
  language?: string | null;
  last_login_at?: Timestamp | null;
  initial_password?: string | null;
}

export interface Imported {
  dry_run: boolean;
  created: number;
  changed: number;
  problems: number;
  rows: {
    line: number;
    username: string;
    display_name: string;
    role: string;
    fate: "created" | "changed" | "unchanged" | "refused";
    problem?: string | null;
    initial_password?: string | null;
  }[];
}

export interface Team {
  id: string;
  name: string;
  parent_id?: string | null;
}

export type SpokenLanguage = "zh" | "en" | "ja" | "ko";

/** A prompt or music of the tenant's own; `text` is empty where a file was sent in. */
export interface Announcement {
  id: string;
  name: string;
  state: "making" | "ready" | "failed";
  reason: string;
  duration_ms: number;
  text: string;
  language: string;
  changed_at: Timestamp;
  used_by: string[];
}

export interface ServiceNumber {
  number: string;
  name: Words;
  flow_id?: string | null;
  queue_id?: string | null;
  agent_id?: string | null;
  calendar_id?: string | null;
  closed_flow_id?: string | null;
  greeting?: string | null;
  closed_announcement?: string | null;
  language: string;
  priority?: number;
  recording: RecordingRule | null;
}

/** Marks of one agent or queue. */
export interface SurveyScore {
  id: string;
  name: string | null;
  mean: number | null;
  n: number;
  offered: number;
  response_rate: number | null;
  transferred_n: number;
  transferred_mean: number | null;
}

/** An address whose messages telephony refuses for a while. */
export interface Offender {
  id: string;
  address: string;
  offences: number;
  since: Timestamp;
  until: Timestamp;
}

export interface Trunk {
  id: string;
  name: string;
  sources: string[];
  host?: string | null;
  username?: string | null;
  has_secret?: boolean;
  tested_at?: Timestamp | null;
  place: number;
  weight: number;
  most_calls: number | null;
  most_calls_a_second: number | null;
  emergency: boolean;
  location_header: string | null;
}

export interface LegQuality {
  leg_id: string;
  role: "customer" | "agent" | "party" | "outside";
  trunk_id: string | null;
  codec: string;
  began_at: Timestamp;
  ended_at: Timestamp;
  mos: number;
  r: number;
  lowest_mos: number;
  packets: number;
  loss_pct: number;
  far_loss_pct: number | null;
  jitter_ms: number;
  round_trip_ms: number | null;
}

export interface LegCourse extends LegQuality {
  points: {
    at: Timestamp;
    mos: number;
    loss_pct: number;
    far_loss_pct: number | null;
    jitter_ms: number;
    round_trip_ms: number | null;
  }[];
}

/** A number that is not called, or whose calls are not taken. */
export interface Listed {
  id: string;
  number: string;
  reason: string;
  appeal: string;
  expires_at: Timestamp | null;
  created_at: Timestamp;
  created_by: string;
}

export type DialMode = "preview" | "progressive";
export type DialOutcome =
  | "reached"
  | "called_again"
  | "busy"
  | "no_answer"
  | "machine"
  | "given_up"
  | "failed"
  | "skipped"
  | "refused";

export interface DiallingWindow {
  weekdays: number[];
  opens: number;
  closes: number;
  zones: string[];
}

export interface DiallingList {
  id: string;
  name: string;
  queue_id: string;
  queue_name: string | null;
  number: string;
  purpose: string;
  mode: DialMode;
  state: "draft" | "running" | "paused" | "stopped";
  why: string | null;
  look_ms: number;
  ring_ms: number;
  most_tries: number;
  spacing_ms: Record<string, number>;
  again_on: Record<string, number>;
  windows: DiallingWindow[];
  tell_machine: boolean;
  created_at: Timestamp;
  created_by: string;
  progress: {
    total: number;
    ended: number;
    states: Record<string, number>;
    outcomes: Record<string, number>;
  };
}

export interface DiallingEntry {
  id: string;
  number: string;
  customer_id: string | null;
  fields: Record<string, string>;
  zones: string[];
  state: "waiting" | "lined" | "calling" | "talking" | "ended";
  outcome: DialOutcome | null;
  rule: OutboundRule | null;
  detail: string;
  disposition: string | null;
  tries: number;
  due_at: Timestamp | null;
  interaction_id: string | null;
  agent_id: string | null;
  changed_at: Timestamp;
}

export interface FilledList {
  dry_run: boolean;
  lines: number;
  added: number;
  refused: number;
  refusals: { line: number; code: string }[];
}

/** What an agent sees of the entry of a list that they are asked to call. */
export interface ListedCard {
  list_id: string;
  list_name: string;
  entry_id: string;
  mode: DialMode;
  purpose: string;
  fields: Record<string, string>;
  tries: number;
  last_outcome: DialOutcome | null;
}

export type OutboundRule =
  | "invalid_number"
  | "caller_id"
  | "premium"
  | "international"
  | "own_list"
  | "public_list"
  | "consent"
  | "hours"
  | "holiday"
  | "window"
  | "attempts_per_day"
  | "attempts_per_week"
  | "cost_cap";

export interface OutwardCall {
  id: string;
  interaction_id: string;
  customer_id: string | null;
  agent_id: string | null;
  purpose: string;
  at: Timestamp;
  rule: OutboundRule | null;
  detail: string;
  cost_cents: number;
}

export interface OutwardRules {
  home: "CN" | "US" | "GB" | "DE" | "JP";
  countries: string[];
  premium: boolean;
  cost_cap_cents: number | null;
  home_cents_a_minute: number;
  abroad_cents_a_minute: number;
  premium_cents_a_minute: number;
  callbacks_at_any_hour: boolean;
  recording_consent: Record<string, ConsentPolicy>;
}

export interface Way {
  kind: "trunk" | "node" | "region";
  id: string;
  left_at: Timestamp | null;
  loss_pct: number;
  changed_at: Timestamp;
}

export interface TrunkTest {
  ok: boolean;
  checks: { name: string; ok: boolean; detail: string; remedy?: string | null }[];
}

export interface Interval {
  opens: string;
  closes: string;
}

export interface CalendarPlan {
  timezone: string;
  weekly: (Interval & { day: number })[];
  holidays: { country: string | null; part: string | null; make_up_days: boolean };
  exceptions: {
    on: string;
    until: string | null;
    name: string;
    intervals: Interval[];
    as_usual: boolean;
  }[];
}

export interface Calendar extends CalendarPlan {
  id: string;
  name: string;
  version: number;
  closure: { message: string; since: Timestamp; until: Timestamp | null; by: string | null } | null;
  open: boolean;
  changes_at: Timestamp | null;
}

export interface PreviewDay {
  on: string;
  intervals: Interval[];
  why: "weekly" | "holiday" | "make_up" | "exception";
  name: string;
  stretches: { start: Timestamp; end: Timestamp }[];
}

/** An interaction whose outcome I still owe. */
export interface Unfinished {
  interaction_id: string;
  reason: string;
  since: Timestamp;
  queue_id: string;
  customer?: Named | null;
  phone_masked?: string | null;
}

export type ConfigurationKind =
  | "calendars"
  | "queues"
  | "flows"
  | "numbers"
  | "dispositions"
  | "reasons"
  | "skills"
  | "agents"
  | "routing"
  | "settings";

export interface ConfigurationChange {
  kind: string;
  name: string;
  what: "added" | "changed" | "removed";
  fields: { path: string; before: unknown; after: unknown }[];
}

export interface Trial {
  changes: ConfigurationChange[];
  problems: { kind: string; name: string; code: string; detail: string }[];
  left_out: string[];
}

export interface Applied extends Trial {
  dry_run: boolean;
  version: number;
}

export interface ConfigurationVersion {
  number: number;
  policy_version: number;
  at: Timestamp;
  by: string;
  action: string;
  subject: string;
  note: string;
  changed: string[];
}

export interface ConfigurationDraft {
  id: string;
  name: string;
  base: number;
  made_by: string;
  changed_at: Timestamp;
  version: number;
  things: number;
}

export interface OpenDraft extends ConfigurationDraft {
  trial: Trial;
  stale: { kind: string; name: string }[];
}

export type ThingContent = Record<string, unknown>;
export type DraftedThings = Record<string, Record<string, ThingContent | null>>;

export interface Settings {
  name: string;
  timezone: string;
  ticket_of_every_call: boolean;
  surveys: { min_talk_s: number; quiet_days: number; respect_quiet_time: boolean };
  promises: { missed_after_min: number; appointment_min: number };
  parking: { first_slot: number; last_slot: number; timeout_s: number };
  /** Whether agents are shown that a supervisor attends their call. */
  listeners_shown: boolean;
  language?: string;
}

export interface Job {
  id: string;
  kind: string;
  state: "waiting" | "running" | "done" | "dead";
  attempt: number;
  max_attempts: number;
  created_at: Timestamp;
  run_at: Timestamp;
  ended_at?: Timestamp | null;
  error?: string | null;
}

export interface DeadLetter {
  id: string;
  cell: string;
  at: Timestamp;
  input: Record<string, unknown>;
  error: string;
}

export interface AuditEntry {
  seq: number;
  at: Timestamp;
  actor_id: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
}

export type SetupStepName =
  | "organisation"
  | "users"
  | "number"
  | "trunk"
  | "hours"
  | "queue"
  | "test_call";

export interface SetupStep {
  name: SetupStepName;
  done: boolean;
  ready: boolean;
  detail: string;
}

export interface Setup {
  steps: SetupStep[];
  complete: boolean;
}

export interface System {
  version: string;
  telephony: {
    engine: string;
    browsers_only: boolean;
    ready: boolean;
    reason?: string | null;
    remedy?: string | null;
  };
  demo: boolean;
  setup_complete: boolean;
}

export interface GuestCall extends SoftphoneCredentials {
  target: string;
  /** Proves, beside the account, that the call is this page's. */
  token: string;
}

/** Something that happened in a showing; `cause` where it failed or ended. */
export interface ShowingEvent {
  at: Timestamp;
  part: "video" | "screen";
  what:
    | "asked"
    | "taken_back"
    | "agreed"
    | "offered"
    | "refused"
    | "began"
    | "failed"
    | "withdrawn"
    | "ended"
    | "lapsed";
  by: "customer" | "agent" | "house";
  cause: string | null;
  agent: Named;
}

/** A file that passed in a talk; without a name it was erased. */
export interface PassedFile {
  id: string;
  name: string | null;
  media_type: string;
  size_bytes: number;
  by: "customer" | "agent" | "house";
  agent: Named;
  at: Timestamp;
}

export interface ShowingSettings {
  enabled: boolean;
  stun: string[];
  turn: string[];
  has_turn_secret: boolean;
}

export interface Problem {
  type?: string;
  title?: string;
  status: number;
  code: string;
  detail?: string;
  [extra: string]: unknown;
}

export type CallbackState = "scheduled" | "waiting" | "calling" | "talking" | "suspended" | "ended";

/** Somebody to be called; `due_at` is when the place in line is taken. */
export interface Callback {
  id: string;
  origin: string;
  state: CallbackState;
  queue?: Named | null;
  number: string;
  phone_masked?: string | null;
  phone?: string | null;
  customer?: { id: string; name: string | null; level: Level } | null;
  level: Level;
  owner?: Named | null;
  interaction_id?: string | null;
  attempt_id?: string | null;
  entered_at: Timestamp;
  due_at?: Timestamp | null;
  tries: number;
  last_outcome?: string | null;
  last_tried_at?: Timestamp | null;
  last_agent?: Named | null;
  opened_at: Timestamp;
  ended_at?: Timestamp | null;
  outcome?: string | null;
}

/** A customer who hung up, or was lost, while waiting. */
export interface Abandoned {
  interaction_id: string;
  queue?: Named | null;
  number: string;
  phone_masked?: string | null;
  customer?: { id: string; name: string | null; level: Level } | null;
  level: Level;
  ended_by: string;
  ended_at: Timestamp;
  wait_ms?: number | null;
  callback?: Callback | null;
}

export type PromiseChannel = "voice" | "email" | "chat" | "sms" | "wecom";

/** What was promised to a customer; without an owner the queue's team keeps it. */
export interface Promised {
  id: string;
  kind: "follow_up" | "appointment";
  state: "open" | "begun" | "done" | "cancelled";
  outcome?: string | null;
  channel: PromiseChannel;
  queue?: Named | null;
  owner?: Named | null;
  customer?: { id: string; name: string | null; level: Level } | null;
  phone_masked?: string | null;
  interaction_id?: string | null;
  note?: string | null;
  due_at: Timestamp;
  overdue: boolean;
  missed_at?: Timestamp | null;
  reminded_day_at?: Timestamp | null;
  reminded_hour_at?: Timestamp | null;
  /** What became of the last reminder that was to be mailed to the customer. */
  mailing?: "sent" | "refused" | "failed" | "no_mailbox" | "no_server" | null;
  mailed_at?: Timestamp | null;
  version: number;
}

/** Whom something is promised: who called in an interaction, or a number. */
export interface Promisee {
  interaction_id?: string;
  phone?: string;
  queue?: string;
  note?: string;
}

export interface NewPromise extends Promisee {
  due_at: Timestamp;
  channel: PromiseChannel;
  owner_id?: string;
}

export interface NewAppointment extends Promisee {
  expert_id: string;
  at: Timestamp;
}

/** What a supervisor should look after; `subject` is an interaction's id, a promise's, or a way's. */
export interface Alert {
  id: string;
  kind: "unanswered" | "promise_missed" | "emergency" | "caller_lost" | "way_lossy";
  subject: string;
  queue_id?: string | null;
  queue_name?: string | null;
  count: number;
  raised_at: Timestamp;
  dismissed_at?: Timestamp | null;
  dismissed_by?: string | null;
}

/** A queue's day: the service level by the formula that is named. */
export interface WallToday {
  offered: number;
  answered: number;
  abandoned: number;
  service_level: number | null;
  within_s: number;
  formula: string;
}

export interface WallQueue {
  queue_id: string;
  name: string;
  waiting: number;
  oldest_at: Timestamp | null;
  ewt_ms: number | null;
  agents: Partial<Record<AgentState, number>>;
  callbacks_open: number;
  written: number;
  promises_due: number;
  promises_missed: number;
  today: WallToday;
}

export interface Wall {
  at: Timestamp;
  since: Timestamp;
  queues: WallQueue[];
  left_out: number;
}
