/** The things of the mock tenant; all people and numbers are invented. */

import type {
  Agent,
  AuditEntry,
  CustomerCard,
  Disposition,
  Interaction,
  Offer,
  Pop,
  Queue,
  Role,
  Ticket,
  User,
} from "../src/lib/api/types.ts";

export const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
export const later = (seconds: number): string => ago(-seconds);

const words = (zh: string, en: string) => ({ zh, en });

export const customers: CustomerCard[] = [
  {
    id: "c1",
    name: "林晓雯",
    level: "diamond",
    phone_masked: "+86 138 **** 0001",
    organisation: "海川科技",
  },
  { id: "c2", name: "Daniel Meyer", level: "gold", phone_masked: "+86 138 **** 0002" },
  { id: "c3", name: "周子昂", level: "regular", phone_masked: "+86 138 **** 0003" },
];

export const queues: Queue[] = [
  ["support", "技术支持", "Support"],
  ["billing", "账单", "Billing"],
  ["logistics", "物流", "Logistics"],
  ["vip", "贵宾", "VIP"],
].map(([name = "", zh = "", en = ""]) => ({
  id: `q-${name}`,
  name,
  display: words(zh, en),
  skills_required: {},
  priority: name === "vip" ? 20 : 0,
  offer_timeout_s: 15,
  accept: { mode: "manual", after_ms: 0 },
  decline_allowed: name === "support",
  declines_before_not_ready: 3,
  decline_rest_s: 10,
  wrap_up: { mode: "fixed", seconds: 30 },
  disposition_required: true,
  dispositions: ["d1", "d2"],
  recording: "always" as const,
  recording_beep_s: 0,
  survey_rate_pct: 100,
  music: "calm",
  max_waiting: 50,
  service_level_s: 20,
  announce_every_s: 45,
  announce_place: true,
  announce_wait: true,
  comfort_announcement: null,
  voicemail_announcement: null,
  short_abandon_s: 5,
  callback: {
    enabled: name === "support",
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
  handling_s: 0,
  members: [],
  patience: { manager_s: 0, expert_s: 0, last_agent_s: 0 },
  by_history: false,
  overflow: [],
  voicemail_mailbox: null,
  agents: ["a1", "a2"],
  version: 1,
}));

const leaf = (id: string, code: string, zh: string, en: string, parent: string): Disposition => ({
  id,
  code,
  label: words(zh, en),
  parent_id: parent,
  active: true,
});

export const dispositions: Disposition[] = [
  {
    id: "d1",
    code: "technical",
    label: words("技术问题", "Technical"),
    active: true,
    children: [
      leaf("d11", "login", "无法登录", "Cannot sign in", "d1"),
      leaf("d12", "network", "网络中断", "Network outage", "d1"),
      leaf("d13", "slow", "系统缓慢", "System slow", "d1"),
    ],
  },
  {
    id: "d2",
    code: "billing",
    label: words("账单问题", "Billing"),
    active: true,
    children: [
      leaf("d21", "refund", "退款申请", "Refund asked", "d2"),
      leaf("d22", "invoice", "发票", "Invoice", "d2"),
    ],
  },
  { id: "d3", code: "other", label: words("其他", "Other"), active: true, children: [] },
];

export const topCodes = ["login", "network", "refund", "invoice", "other"];

export const tickets: Ticket[] = [
  ["T-1042", "控制台无法登录，提示证书过期", "P2", "open", "technical", 1, 2],
  ["T-1038", "十月发票抬头更正", "P4", "pending", "billing", 3, 2],
  ["T-1021", "Orders page times out after 30 s", "P3", "open", "technical", 2, 2],
  ["T-0998", "退款未到账", "P3", "solved", "billing", 2, 2],
].map(([number, title, priority, status, kind, impact, urgency], at) => ({
  id: `t${at + 1}`,
  number,
  title,
  description: "",
  class: kind,
  impact,
  urgency,
  priority,
  status,
  customer: { id: "c1", name: "林晓雯" },
  assignee: at % 2 ? null : { id: "a1", name: "陈静" },
  created_at: ago(86_400 * (at + 1)),
  updated_at: ago(3_600 * (at + 1)),
  solved_in_call: false,
  interactions: ["i-100"],
  notes: [
    {
      id: `n${at}`,
      text: "已请客户提供截图。",
      author: { id: "u3", name: "陈静" },
      at: ago(3_600),
    },
  ],
  version: 3,
})) as Ticket[];

const path = [
  { node: "greeting", at: ago(70), words: words("问候：钻石级", "Greeting: diamond") },
  {
    node: "menu",
    key: "1",
    at: ago(61),
    words: words("主菜单 → 1 技术", "Main menu → 1 technical"),
  },
  { node: "queue", at: ago(58), words: words("进入队列：技术支持", "Queued for support") },
];

export function popOf(kind: "presumed" | "several" | "none"): Pop {
  const known = kind === "presumed" ? customers[0] : null;
  return {
    interaction_id: "i-live",
    channel: "voice",
    number_dialled: "4000",
    presumption: kind,
    customer: known,
    matches: kind === "several" ? customers.slice(0, 2) : [],
    verified: { by: null },
    phone_masked: "+86 138 **** 0001",
    phone: "+8613800000001",
    recent: known
      ? [
          {
            id: "i-099",
            started_at: ago(86_400 * 2),
            queue_name: "support",
            disposition: "login",
            ended_by: "customer",
          },
          {
            id: "i-081",
            started_at: ago(86_400 * 9),
            queue_name: "billing",
            disposition: "invoice",
            ended_by: "agent",
          },
        ]
      : [],
    open_orders: known
      ? [
          {
            id: "or1",
            number_masked: "****8213",
            placed_on: "2026-02-24",
            status: "shipped",
            amount_minor: 129900,
            currency: "CNY",
          },
          {
            id: "or2",
            number_masked: "****8377",
            placed_on: "2026-02-27",
            status: "processing",
            amount_minor: 35900,
            currency: "CNY",
          },
        ]
      : [],
    open_tickets: known ? tickets.slice(0, 2) : [],
    path,
    queued_ms: 21_000,
  };
}

export const explanation = {
  policy_version: 3,
  rule: "longest_idle",
  order: "priority",
  eligible: 2,
  stage: 0,
  requirement: "",
  rivals: [],
  in_time_first: false,
  waited_ms: 21_000,
  candidates: [
    {
      agent_id: "a1",
      agent_name: "陈静",
      score: 40,
      idle_ms: 184_000,
      chosen: true,
      why: "longest_idle",
    },
    {
      agent_id: "a2",
      agent_name: "王磊",
      score: 40,
      idle_ms: 61_000,
      chosen: false,
      why: "idle_less",
    },
  ],
  words: words(
    "陈静空闲最久（3 分 4 秒），技能符合；客户级别钻石，优先级 40。",
    "Chen Jing was idle longest (3 min 4 s) and has the skill; diamond customer, priority 40.",
  ),
};

export function offerOf(kind: "presumed" | "several" | "none", automatic: boolean): Offer {
  return {
    id: `o-${Date.now()}`,
    interaction_id: "i-live",
    queue_id: "q-support",
    queue_name: "support",
    agent_id: "a1",
    outcome: "pending",
    made_at: ago(0),
    expires_at: later(60),
    accept: automatic ? { mode: "automatic", after_ms: 3000 } : { mode: "manual", after_ms: 0 },
    may_decline: true,
    explanation,
    pop: popOf(kind),
  };
}

export const interactions: Interaction[] = Array.from({ length: 24 }, (_, at) => {
  const start = 600 + at * 1_140;
  const missed = at % 7 === 3;
  const customer = customers[at % 3] as CustomerCard;
  const queue = queues[at % 3] as Queue;
  return {
    id: `i-${100 - at}`,
    channel: "voice",
    state: at === 0 ? "talking" : "ended",
    ended_by: at === 0 ? null : missed ? "abandoned" : at % 2 ? "customer" : "agent",
    direction: "inbound",
    number: at % 2 ? "4001" : "4000",
    phone_masked: customer.phone_masked,
    customer,
    presumption: at % 4 === 1 ? "verified" : "presumed",
    queue: { id: queue.id, name: queue.name },
    agent: missed ? null : { id: "a1", name: at % 2 ? "陈静" : "王磊" },
    started_at: ago(start),
    answered_at: missed ? null : ago(start - 32),
    ended_at: at === 0 ? null : ago(start - 240),
    wait_ms: 21_000 + at * 900,
    talk_ms: missed ? null : 187_000 + at * 7_000,
    disposition: missed ? null : "login",
    rating: missed || at % 3 === 0 ? null : 5 - (at % 3),
    ticket_id: missed ? null : "t1",
    path,
    segments: segmentsOf(start, missed),
    offers: missed ? [] : offersOf(start),
    recording_consent: null,
    recordings: missed ? [] : [{ id: "r1", state: "stored", duration_ms: 187_000 }],
    quality: [],
    survey: {
      drawn: true,
      reason: "tenant_always",
      rating: missed ? null : 4,
      agent_id: "a1",
      transferred_queues: [],
    },
    notes: missed
      ? []
      : [
          {
            author: { id: "a1", name: "陈静" },
            at: ago(start - 230),
            text: "客户更换电脑后无法登录，已重置凭据并确认恢复。",
          },
        ],
    verified: at % 4 === 1 ? { by: "order_last4", at: ago(start - 20) } : { by: null },
    written: null,
    showing: { events: [], files: [] },
  };
});

function segmentsOf(start: number, missed: boolean): Interaction["segments"] {
  const part = (kind: string, who: string, name: string, from: number, to: number) => ({
    id: `${kind}-${from}`,
    kind,
    participant: { kind: who, id: who, name },
    started_at: ago(start - from),
    ended_at: ago(start - to),
  });
  const waiting = [part("flow", "flow", "main", 0, 11), part("queue", "queue", "support", 11, 32)];
  if (missed) return waiting as Interaction["segments"];
  return [
    ...waiting,
    part("ring", "agent", "王磊", 14, 24),
    part("ring", "agent", "陈静", 28, 32),
    part("talk", "agent", "陈静", 32, 120),
    part("hold", "agent", "陈静", 120, 144),
    part("talk", "agent", "陈静", 144, 219),
    part("survey", "customer", "", 219, 232),
    part("wrap_up", "agent", "陈静", 219, 240),
  ] as Interaction["segments"];
}

function offersOf(start: number): Interaction["offers"] {
  const base = offerOf("presumed", false);
  const first = {
    ...base,
    id: "of1",
    agent_name: "王磊",
    outcome: "timed_out" as const,
    made_at: ago(start - 14),
    ended_at: ago(start - 24),
  };
  const second = {
    ...base,
    id: "of2",
    agent_name: "陈静",
    outcome: "accepted" as const,
    made_at: ago(start - 28),
    ended_at: ago(start - 32),
  };
  return [first, second];
}

export const agents: Agent[] = [
  ["a1", "陈静", "agent1", "ready"],
  ["a2", "王磊", "agent2", "handling"],
  ["a3", "Sofia Rossi", "agent3", "not_ready"],
].map(([id = "", name = "", username = "", state]) => ({
  id,
  name,
  username,
  state: state as Agent["state"],
  reason: state === "not_ready" ? "break" : null,
  since: ago(300),
  queues: ["q-support", "q-billing"],
  skills: { technical: 4, english: 3 },
  skill_sets: [],
  languages: ["zh"],
  certifications: [],
  tags: {},
  tier: 0,
  region: "",
  team: "客服一组",
  location: "",
  voicemail_mailbox: null,
  device: { kind: "browser", account: username },
}));

const person = (id: string, username: string, display_name: string, role: Role): User => ({
  id,
  username,
  display_name,
  roles: [{ role }],
  team_id: "team1",
  active: true,
  language: "zh-CN",
  last_login_at: ago(4_000),
});

export const users: User[] = [
  person("u1", "admin", "管理员", "administrator"),
  person("u2", "supervisor", "李主管", "supervisor"),
  person("u3", "agent1", "陈静", "agent"),
  person("u4", "quality", "质检员", "quality"),
];

const deed = (seq: number, action: string, actor_id: string, subject: string): AuditEntry => ({
  seq,
  at: ago(seq * 900),
  actor_id,
  action,
  subject,
  detail: {},
});

export const audit: AuditEntry[] = [
  deed(3, "session.opened", "u3", "agent1"),
  deed(2, "recording.read", "u2", "r1"),
  deed(1, "queue.updated", "u1", "support"),
];
