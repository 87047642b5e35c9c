/** The mock tenant: one agent, one call at a time, and what `/__mock/*` makes happen to it. */

import type { Me, Offer, Pop, Work } from "../src/lib/api/types.ts";
import * as data from "./data.ts";

export interface Answer {
  status: number;
  body?: unknown;
  type?: string;
}

type Listener = (event: object) => void;
type Params = { id: string; query: URLSearchParams; body: Record<string, never> };
type Route = [method: string, pattern: RegExp, run: (params: Params) => unknown];

export class MockTenant {
  private signedIn = true;
  private agentState: Me["state"] = "ready";
  private reason: string | null = null;
  private pending: Me["state_pending"] = null;
  private stateSince = data.ago(312);
  private work: Work | null = null;
  private offers: Offer[] = [];
  private pop: Pop = data.popOf("presumed");
  private draft: object = {};
  private seq = 1;
  private telephonyReady = true;
  private setupDone = new Set(["organisation", "users"]);
  private readonly listeners = new Set<Listener>();
  private readonly routes = this.table();

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  handle(method: string, url: URL, body: unknown): Answer {
    const path = url.pathname.replace("/api/v1", "");
    for (const [verb, pattern, run] of this.routes) {
      const found = verb === method ? pattern.exec(path) : null;
      if (!found) continue;
      if (!this.signedIn && !/^\/(sessions|system|guest|__mock)/.test(path))
        return { status: 401, body: { status: 401, code: "not_signed_in" } };
      const result = run({ id: found[1] ?? "", query: url.searchParams, body: body as never });
      return isAnswer(result) ? result : { status: 200, body: result };
    }
    return { status: 404, body: { status: 404, code: "not_found", detail: path } };
  }

  private table(): Route[] {
    return [...this.meRoutes(), ...this.callRoutes(), ...this.listRoutes(), ...this.stageRoutes()];
  }

  private meRoutes(): Route[] {
    return [
      ["POST", /^\/sessions$/, ({ body }) => this.signIn(body)],
      ["DELETE", /^\/sessions\/current$/, () => this.signOut()],
      ["GET", /^\/me$/, () => this.me()],
      ["PUT", /^\/me\/state$/, ({ body }) => this.choose(body)],
      ["DELETE", /^\/me\/state-pending$/, () => this.dropPending()],
      ["PUT", /^\/me\/device$/, () => this.me()],
      ["GET", /^\/me\/softphone$/, () => SOFTPHONE],
      ["POST", /^\/me\/reattach$/, () => ({ seq: this.seq })],
      ["GET", /^\/me\/offers$/, () => ({ items: this.offers })],
      ["GET", /^\/me\/interactions$/, () => ({ items: data.interactions.slice(1, 8) })],
      [
        "GET",
        /^\/me\/unfinished$/,
        () => ({
          items: [
            {
              interaction_id: "i-96",
              reason: "disposition_not_set",
              since: data.ago(5000),
              queue_id: "q-support",
              customer: null,
              phone_masked: "+86 138 **** 0004",
            },
          ],
        }),
      ],
      ["GET", /^\/reasons$/, () => ({ items: REASONS })],
      ["GET", /^\/system$/, () => this.system()],
    ];
  }

  private callRoutes(): Route[] {
    const talk = (change: Partial<Work>) => () =>
      this.moved(this.work && { ...this.work, ...change });
    return [
      ["POST", /^\/offers\/([^/]+)\/accept$/, () => this.accept()],
      ["POST", /^\/offers\/([^/]+)\/decline$/, () => this.endOffer("declined")],
      ["POST", /hold$/, talk({ held: true })],
      ["POST", /resume$/, talk({ held: false })],
      ["POST", /unmute$/, talk({ muted: false })],
      ["POST", /mute$/, talk({ muted: true })],
      ["POST", /hangup$/, () => this.hangup()],
      ["POST", /transfer$/, () => this.hangup()],
      ["POST", /digits$/, () => ({ seq: ++this.seq })],
      ["POST", /extend-wrap-up$/, () => this.extend()],
      ["POST", /wrap-up$/, () => this.finish()],
      ["GET", /draft$/, () => this.draft],
      ["PUT", /draft$/, ({ body }) => (this.draft = body)],
      ["GET", /pop$/, () => this.pop],
      ["PUT", /customer$/, ({ body }) => this.link(body)],
      [
        "POST",
        /verify$/,
        () =>
          (this.pop = { ...this.pop, verified: { by: "agent", by_user: "陈静", at: data.ago(0) } }),
      ],
    ];
  }

  private listRoutes(): Route[] {
    const list = (items: unknown) => () => ({ items, next: null });
    return [
      ["GET", /^\/interactions$/, list(data.interactions)],
      [
        "GET",
        /^\/interactions\/([^/]+)$/,
        ({ id }) => data.interactions.find((one) => one.id === id) ?? data.interactions[1],
      ],
      ["GET", /^\/queues$/, list(data.queues)],
      ["GET", /^\/queues\/([^/]+)\/live$/, ({ id }) => liveOf(id)],
      [
        "GET",
        /^\/queues\/[^/]+\/dispositions$/,
        () => ({ items: data.dispositions, top: data.topCodes }),
      ],
      [
        "GET",
        /^\/dispositions$/,
        list(data.dispositions.flatMap((one) => [one, ...(one.children ?? [])])),
      ],
      ["GET", /^\/agents$/, list(data.agents)],
      ["GET", /^\/users$/, list(data.users)],
      ["GET", /^\/teams$/, list([{ id: "team1", name: "华东一组", parent_id: null }])],
      [
        "GET",
        /^\/customers$/,
        list(
          data.customers.map((one) => ({
            ...one,
            identities: [{ kind: "phone", masked: one.phone_masked }],
          })),
        ),
      ],
      ["POST", /^\/customers$/, () => ({ ...data.customers[2], identities: [] })],
      ["GET", /^\/tickets$/, list(data.tickets)],
      [
        "GET",
        /^\/tickets\/([^/]+)$/,
        ({ id }) => data.tickets.find((one) => one.id === id) ?? data.tickets[0],
      ],
      ["PATCH", /^\/tickets\/([^/]+)$/, ({ id }) => data.tickets.find((one) => one.id === id)],
      ["GET", /^\/recordings\/[^/]+\/waveform$/, () => waveform()],
      [
        "GET",
        /^\/recordings\/[^/]+\/audio$/,
        () => ({ status: 404, body: { status: 404, code: "not_found" } }),
      ],
      ["GET", /^\/numbers$/, list(NUMBERS)],
      [
        "GET",
        /^\/flows$/,
        list([
          { id: "main", name: "main" },
          { id: "echo", name: "echo" },
        ]),
      ],
      ["GET", /^\/trunks$/, list([{ id: "tr1", name: "loopback", sources: ["127.0.0.0/8"] }])],
      [
        "POST",
        /^\/trunks\/[^/]+\/test$/,
        () => ({
          ok: true,
          checks: [
            { name: "engine", ok: true, detail: "Asterisk 22.10" },
            { name: "trunk", ok: true, detail: "OPTIONS 200" },
          ],
        }),
      ],
      ["GET", /^\/calendars$/, list([])],
      [
        "GET",
        /^\/settings$/,
        () => ({
          name: "演示租户",
          timezone: "Asia/Shanghai",
          ticket_of_every_call: true,
          surveys: { min_talk_s: 20, quiet_days: 30, respect_quiet_time: true },
          language: "zh-CN",
        }),
      ],
      ["GET", /^\/audit$/, list(data.audit)],
      [
        "GET",
        /^\/jobs$/,
        list([
          {
            id: "j1",
            kind: "recordings.store",
            state: "done",
            attempt: 1,
            max_attempts: 8,
            run_at: data.ago(60),
            created_at: data.ago(60),
          },
        ]),
      ],
      [
        "GET",
        /^\/dead-letters$/,
        list([
          {
            id: "dl1",
            cell: "demo",
            error: "KeyError: unknown leg",
            input: { type: "LegRang" },
            at: data.ago(4000),
          },
        ]),
      ],
      ["GET", /^\/setup$/, () => this.setup()],
      ["PUT", /^\/setup\/(\w+)$/, ({ id }) => this.setup(id)],
      ["GET", /^\/guest\/numbers$/, list(NUMBERS)],
      ["POST", /^\/guest\/calls$/, () => ({ ...SOFTPHONE, target: "sip:4001@trunkline" })],
    ];
  }

  /** What a caller or a fault does; called by the screenshots. */
  private stageRoutes(): Route[] {
    return [
      ["POST", /^\/__mock\/reset$/, () => this.reset()],
      ["POST", /^\/__mock\/sign-out$/, () => this.signOut()],
      ["POST", /^\/__mock\/telephony$/, ({ body }) => (this.telephonyReady = Boolean(body.ready))],
      ["POST", /^\/__mock\/call$/, ({ query }) => this.call(query)],
    ];
  }

  // ── the agent ─────────────────────────────────────────────────────────────

  private me(): Me {
    return {
      user_id: "u3",
      username: "agent1",
      display_name: "陈静",
      roles: ["agent", "administrator"],
      permissions: PERMISSIONS,
      tenant: { id: "demo", name: "演示租户" },
      team: { id: "team1", name: "华东一组" },
      language: null,
      agent: { agent_id: "a1", extension: "101" },
      state: this.agentState,
      state_reason: this.reason,
      state_since: this.stateSince,
      state_pending: this.pending,
      device: { kind: "browser", account: "agent1", reachable: true },
      work: this.work,
      works: [],
      queues: [
        { id: "q-support", name: "support" },
        { id: "q-billing", name: "billing" },
        { id: "q-vip", name: "vip" },
      ],
    };
  }

  private signIn(body: Record<string, string>): unknown {
    if (body.password !== "trunkline-demo")
      return { status: 401, body: { status: 401, code: "wrong_credentials" } };
    this.signedIn = true;
    return { csrf: "mock" };
  }

  private signOut(): unknown {
    this.signedIn = false;
    return {};
  }

  private reset(): unknown {
    [this.signedIn, this.telephonyReady] = [true, true];
    [this.work, this.offers, this.draft, this.pending] = [null, [], {}, null];
    this.setState("ready");
    return {};
  }

  private choose(body: Record<string, string>): Me {
    const wish = { state: body.state as "ready", reason: body.reason };
    if (this.work) this.pending = wish;
    else this.setState(wish.state, wish.reason);
    this.tellState();
    return this.me();
  }

  private dropPending(): Me {
    this.pending = null;
    return this.me();
  }

  private setState(state: Me["state"], reason: string | null = null): void {
    [this.agentState, this.reason, this.stateSince] = [state, reason, data.ago(0)];
    this.tellState();
  }

  // ── the call ──────────────────────────────────────────────────────────────

  private call(query: URLSearchParams): unknown {
    const kind = (query.get("customer") ?? "presumed") as "presumed";
    this.pop = data.popOf(kind);
    const offer = data.offerOf(kind, query.has("automatic"));
    this.offers = [offer];
    this.setState("offered");
    this.tell("offer.made", { ...offer, offer_id: offer.id });
    return offer;
  }

  private endOffer(outcome: string): unknown {
    const [offer] = this.offers;
    this.offers = [];
    this.tell("offer.ended", { offer_id: offer?.id, outcome });
    if (outcome !== "accepted") this.setState("ready");
    return { seq: this.seq };
  }

  private accept(): unknown {
    this.endOffer("accepted");
    this.agentState = "handling";
    this.stateSince = data.ago(0);
    return this.moved({
      kind: "segment",
      channel: "voice",
      recorded: true,
      recording_paused: false,
      recording: null,
      parties: [],
      aside: null,
      interaction_id: "i-live",
      since: data.ago(0),
      held: false,
      muted: false,
      queue_id: "q-support",
    });
  }

  private hangup(): unknown {
    this.agentState = "wrap_up";
    this.stateSince = data.ago(0);
    const wrap_up = {
      mode: "fixed" as const,
      ends_at: data.later(30),
      extended: 0,
      overrun: false,
      disposition_required: true,
    };
    return this.moved(this.work && { ...this.work, kind: "wrap_up", since: data.ago(0), wrap_up });
  }

  private extend(): unknown {
    const wrap_up = this.work?.wrap_up;
    if (wrap_up?.ends_at)
      wrap_up.ends_at = new Date(Date.parse(wrap_up.ends_at) + 30_000).toISOString();
    return this.moved(this.work);
  }

  private finish(): unknown {
    [this.work, this.draft] = [null, {}];
    this.setState("ready");
    return { seq: this.seq };
  }

  private link(body: Record<string, string>): unknown {
    const customer = data.customers.find(({ id }) => id === body.customer_id) ?? null;
    this.pop = { ...data.popOf("presumed"), customer };
    return {};
  }

  private moved(work: Work | null): unknown {
    this.work = work;
    this.tellState();
    return { seq: this.seq };
  }

  // ── the rest ──────────────────────────────────────────────────────────────

  private system(): unknown {
    const missing = { reason: "not installed", remedy: "trunkline telephony install" };
    const telephony = {
      engine: "asterisk",
      ready: this.telephonyReady,
      ...(this.telephonyReady ? {} : missing),
    };
    return { version: "0.1.0", telephony, demo: true, setup_complete: true };
  }

  private setup(step?: string): unknown {
    if (step) this.setupDone.add(step);
    const steps = ["organisation", "users", "number", "trunk", "hours", "queue", "test_call"];
    return {
      steps: steps.map((name) => ({
        name,
        done: this.setupDone.has(name),
        ready: name !== "trunk",
        detail: name,
      })),
      complete: false,
    };
  }

  private tellState(): void {
    const { state, state_reason, state_since, state_pending, work } = this.me();
    this.tell("agent.state_changed", {
      agent_id: "a1",
      state,
      reason: state_reason,
      since: state_since,
      pending: state_pending,
      work,
    });
  }

  private tell(type: string, body: object): void {
    const event = { specversion: "1.0", type: `trunkline.${type}.v1`, seq: ++this.seq, data: body };
    for (const listener of this.listeners) listener(event);
  }
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "status" in value && "body" in value;
}

function liveOf(id: string): unknown {
  const waiting = id.length % 4;
  return {
    waiting,
    longest_wait_ms: waiting * 34_000,
    ewt_ms: waiting * 42_000,
    agents: { ready: 2, handling: 3, not_ready: 1 },
    service_level: { value: 0.87, formula: "answered ≤ 20 s ÷ offered" },
    calls: [],
  };
}

function waveform(): unknown {
  const wave = (phase: number) =>
    Array.from({ length: 748 }, (_, at) => {
      const speaks = Math.sin(at / 31 + phase) > 0;
      return speaks ? 0.15 + 0.7 * Math.abs(Math.sin(at * 12.9898 + phase)) : 0.02;
    });
  return { peaks_per_s: 4, customer: wave(0), agent: wave(Math.PI) };
}

const SOFTPHONE = {
  account: "agent1",
  secret: "mock",
  realm: "trunkline",
  ws_path: "/sip",
  expires_at: data.later(3600),
};

const REASONS = [
  { id: "r1", code: "break", label: { zh: "休息", en: "Break" }, active: true },
  { id: "r2", code: "lunch", label: { zh: "午餐", en: "Lunch" }, active: true },
  { id: "r3", code: "meeting", label: { zh: "会议", en: "Meeting" }, active: true },
  { id: "r4", code: "training", label: { zh: "培训", en: "Training" }, active: true },
];

const NUMBERS = [
  {
    number: "4000",
    name: { zh: "总机（语音菜单）", en: "Main line (menu)" },
    flow_id: "main",
    language: "zh",
  },
  {
    number: "4001",
    name: { zh: "技术支持直线", en: "Support, straight to the queue" },
    queue_id: "q-support",
    language: "zh",
  },
  {
    number: "4002",
    name: { zh: "企业专线", en: "Enterprise line" },
    queue_id: "q-vip",
    language: "zh",
  },
  { number: "4003", name: { zh: "回声测试", en: "Echo test" }, flow_id: "echo", language: "zh" },
];

const PERMISSIONS = (
  "me.use desk.use live.read interactions.read interactions.control customers.read customers.write " +
  "customers.read_pii queues.read queues.write agents.read agents.write tickets.read tickets.write " +
  "recordings.listen surveys.read users.read users.write teams.read teams.write numbers.read " +
  "numbers.write trunks.read trunks.write flows.read dispositions.read dispositions.write jobs.read " +
  "audit.read settings.read settings.write setup.write calls.guest"
).split(" ");
