/** The routes that the pages use, in the shape that openapi-typescript generates. */

import type * as T from "./types";

type Json<B> = { content: { "application/json": B } };
type Replies<R> = { responses: { 200: Json<R>; default: Json<T.Problem> } };
type Query<Q> = { query?: Q };
type Get<R, Q = object, P = never> = {
  parameters: Query<Q> & ([P] extends [never] ? object : { path: P });
} & Replies<R>;
type Send<B, R, P = never, H = object> = {
  parameters: { header?: H } & ([P] extends [never] ? object : { path: P });
  requestBody: Json<B>;
} & Replies<R>;
type Do<R, P = never> = {
  parameters: [P] extends [never] ? object : { path: P };
} & Replies<R>;
type Id = { id: string };
type Numbered = { number: number };
type Draft = { draft_id: string };
type Seen = { "If-Match"?: string };
/** Sent with `dry_run` it only says what it would do. */
type Tried<B, R, P = never> = {
  parameters: { query?: { dry_run?: boolean } } & ([P] extends [never] ? object : { path: P });
  requestBody: Json<B>;
} & Replies<R>;
type File = { content: { "application/octet-stream": Blob } };
type Told = { text: string; language: T.SpokenLanguage };
type Announced = { announcement_id: string };
type Paged = { cursor?: string; limit?: number };

export interface InteractionFilter extends Paged {
  state?: string;
  queue?: string;
  channel?: string;
  customer?: string;
  agent?: string;
  from?: string;
  to?: string;
}

type Entry = { entry_id: string };
type InList = { list_id: string };
type DiallingListBody = Omit<
  T.DiallingList,
  "id" | "queue_name" | "state" | "why" | "again_on" | "created_at" | "created_by" | "progress"
>;
type ListedNew = { number: string; reason: string; expires_at: string | null };
type ListedPatch = Partial<Pick<T.Listed, "reason" | "appeal" | "expires_at">>;
interface ListedFilter extends Paged {
  number?: string;
}

export interface PromiseFilter extends Paged {
  whose?: "mine" | "team" | "all";
  state?: "open" | "missed" | "done";
  interaction?: string;
}

export interface TicketFilter extends Paged {
  status?: string;
  priority?: string;
  customer?: string;
  q?: string;
}

export type NewTicket = {
  title: string;
  class: T.TicketClass;
  impact: number;
  urgency: number;
  customer_id?: string;
  interaction_id?: string;
  description?: string;
};

type TicketPatch = Partial<Pick<T.Ticket, "title" | "class" | "impact" | "urgency" | "status">>;

export interface paths {
  "/system": { get: Get<T.System> };
  "/sessions": {
    post: Send<
      { username: string; password: string; kind: "cookie" | "token"; tenant?: string },
      { csrf: string | null }
    >;
  };
  "/sessions/current": { delete: Do<unknown> };
  "/me": { get: Get<T.Me> };
  "/me/state": { put: Send<{ state: T.AgentWish; reason?: string | null }, T.Me> };
  "/me/state-pending": { delete: Do<T.Me> };
  "/me/device": { put: Send<{ kind: T.DeviceKind }, T.Me> };
  "/me/softphone": { get: Get<T.SoftphoneCredentials> };
  "/me/reattach": { post: Do<T.Accepted> };
  "/me/offers": { get: Get<T.Items<T.Offer>> };
  "/me/interactions": { get: Get<T.Items<T.InteractionRow>> };
  "/me/unfinished": { get: Get<T.Items<T.Unfinished>> };
  "/offers/{id}": { get: Get<T.Offer, object, Id> };
  "/offers/{id}/accept": { post: Do<T.Accepted, Id> };
  "/offers/{id}/decline": { post: Send<{ reason: string }, T.Accepted, Id> };
  "/interactions": { get: Get<T.Page<T.InteractionRow>, InteractionFilter> };
  "/interactions/{id}": { get: Get<T.Interaction, object, Id> };
  "/interactions/{id}/showing": { get: Get<{ possible: boolean }, object, Id> };
  "/settings/showing": {
    get: Get<T.ShowingSettings>;
    put: Send<
      Omit<T.ShowingSettings, "has_turn_secret"> & { turn_secret?: string | null },
      T.ShowingSettings
    >;
  };
  "/interactions/{id}/quality": { get: Get<T.Items<T.LegCourse>, object, Id> };
  "/interactions/{id}/pop": { get: Get<T.Pop, object, Id> };
  "/interactions/{id}/customer": {
    put: Send<{ customer_id: string | null; save_number?: boolean }, unknown, Id>;
  };
  "/interactions/{id}/verify": { post: Send<{ how: string; ok: boolean }, unknown, Id> };
  "/interactions/{id}/draft": { get: Get<T.Draft, object, Id>; put: Send<T.Draft, unknown, Id> };
  "/interactions/{id}/hold": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/resume": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/mute": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/unmute": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/hangup": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/return-to-queue": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/extend-wrap-up": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/digits": { post: Send<{ digits: string }, T.Accepted, Id> };
  "/interactions/{id}/transfer": {
    post: Send<
      { kind: "blind" | "attended"; to?: T.Whom | null; voicemail?: "at_once" | "no_answer" },
      T.Accepted,
      Id
    >;
  };
  "/interactions/{id}/consult": { post: Send<{ to: T.Whom }, T.Accepted, Id> };
  "/interactions/{id}/conference": { post: Send<{ to?: T.Whom | null }, T.Accepted, Id> };
  "/interactions/{id}/pause-recording": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/resume-recording": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/park": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/retrieve": { post: Do<T.Accepted, Id> };
  "/voicemails": {
    get: Get<T.Page<T.Voicemail>, Paged & { state?: T.VoicemailState; queue?: string }>;
  };
  "/voicemails/new": { get: Get<{ count: number }> };
  "/voicemails/{id}": { patch: Send<{ state: T.VoicemailState }, T.Voicemail, Id> };
  "/parked": { get: Get<T.Items<T.ParkedCall>> };
  "/interactions/{id}/payment-step": {
    put: Do<T.Accepted, Id>;
    delete: Do<T.Accepted, Id>;
  };
  "/interactions/{id}/recording-consent": {
    put: Send<{ answer: T.ConsentAnswer; party?: string | null }, T.Accepted, Id>;
  };
  "/interactions/{id}/swap": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/join": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/leave": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/parties/{party_id}": { delete: Do<T.Accepted, Id & { party_id: string }> };
  "/interactions/{id}/attendance": {
    put: Send<{ mode: T.Attending }, T.Accepted, Id>;
    delete: Do<T.Accepted, Id>;
  };
  "/interactions/{id}/take-over": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/end": { post: Do<T.Accepted, Id> };
  "/targets": { get: Get<T.Targets, { q?: string }> };
  "/interactions/{id}/finish": { post: Send<{ disposition?: string | null }, T.Accepted, Id> };
  "/interactions/{id}/wrap-up": { post: Send<T.WrapUpRequest, T.Accepted, Id> };
  "/agents": { get: Get<T.Items<T.Agent>> };
  "/agents/{id}": {
    patch: Send<
      Partial<T.Abilities> & {
        skills?: Record<string, number>;
        queues?: string[];
        extension?: string | null;
      },
      T.Agent,
      Id
    >;
  };
  "/agents/moves": {
    post: Send<{ agents: string[]; from_queue?: string | null; to_queue?: string | null }, unknown>;
  };
  "/agents/{id}/copy": {
    post: Send<
      { username: string; display_name: string },
      { id: string; username: string; initial_password: string },
      Id
    >;
  };
  "/agents/{id}/leave": {
    post: Send<{ hand_over_to?: string | null }, { tickets_moved: number }, Id>;
  };
  "/agents/{id}/device-secret": {
    post: Do<{ account: string; secret: string; realm: string }, Id>;
  };
  "/queues": { get: Get<T.Items<T.Queue>>; post: Send<Partial<T.Queue>, T.Queue> };
  "/queues/requirement-check": {
    post: Send<
      {
        requirement: string;
        relaxing: { after_s: number; requirement: string }[];
        agents: string[];
      },
      { steps: T.RequirementStep[] }
    >;
  };
  "/queues/{id}": {
    get: Get<T.Queue, object, Id>;
    patch: Send<Partial<T.Queue>, T.Queue, Id, Seen>;
    delete: Do<unknown, Id>;
  };
  "/routing-rules": {
    get: Get<T.RoutingRules & { version: number }>;
    put: {
      parameters: { header?: Seen };
      requestBody: Json<T.RoutingRules>;
    } & Replies<T.RoutingRules & { version: number }>;
  };
  "/interactions/{id}/boost": { post: Do<T.Accepted, Id> };
  "/interactions/{id}/move": { post: Send<{ to_queue: string }, T.Accepted, Id> };
  "/queues/{id}/live": { get: Get<T.QueueLive, object, Id> };
  "/queues/{id}/dispositions": {
    get: Get<{ items: T.Disposition[]; top: string[] }, object, Id>;
  };
  "/dispositions": {
    get: Get<T.Items<T.Disposition>>;
    post: Send<Partial<T.Disposition>, T.Disposition>;
  };
  "/dispositions/{id}": {
    patch: Send<Partial<Pick<T.Disposition, "label" | "queues" | "active">>, T.Disposition, Id>;
    delete: Do<unknown, Id>;
  };
  "/reasons": { get: Get<T.Items<T.Reason>>; post: Send<Omit<T.Reason, "id">, T.Reason> };
  "/reasons/{reason_id}": {
    patch: Send<Partial<Pick<T.Reason, "label" | "active">>, T.Reason, { reason_id: string }>;
  };
  "/settings": { get: Get<T.Settings>; put: Send<Partial<T.Settings>, T.Settings> };
  "/numbers": {
    get: Get<T.Items<T.ServiceNumber>>;
    post: Send<Partial<T.ServiceNumber>, T.ServiceNumber>;
  };
  "/numbers/{number}": {
    patch: Send<Partial<Omit<T.ServiceNumber, "number">>, T.ServiceNumber, { number: string }>;
    delete: Do<unknown, { number: string }>;
  };
  "/announcements": {
    get: Get<T.Items<T.Announcement>>;
    post: Send<Told & { name: string }, T.Announcement>;
  };
  "/announcements/voices": { get: Get<{ languages: T.SpokenLanguage[]; remedy: string }> };
  "/announcements/previews": { post: Send<Told, unknown> };
  "/announcements/audio": {
    post: { parameters: { query: { name: string } }; requestBody: File } & Replies<T.Announcement>;
  };
  "/announcements/{announcement_id}": {
    patch: Send<{ name: string }, T.Announcement, Announced>;
    delete: Do<unknown, Announced>;
  };
  "/announcements/{announcement_id}/audio": {
    put: { parameters: { path: Announced }; requestBody: File } & Replies<T.Announcement>;
  };
  "/announcements/{announcement_id}/text": { put: Send<Told, T.Announcement, Announced> };
  "/flows": { get: Get<T.Items<{ id: string; name: string }>> };
  "/quality/ways": { get: Get<T.Items<T.Way>> };
  "/outbound/do-not-call": {
    get: Get<T.Page<T.Listed>, ListedFilter>;
    post: Send<ListedNew, T.Listed>;
  };
  "/outbound/do-not-call/{entry_id}": {
    patch: Send<ListedPatch, T.Listed, Entry>;
    delete: Do<unknown, Entry>;
  };
  "/outbound/blocked-callers": {
    get: Get<T.Page<T.Listed>, ListedFilter>;
    post: Send<ListedNew, T.Listed>;
  };
  "/outbound/blocked-callers/{entry_id}": {
    patch: Send<ListedPatch, T.Listed, Entry>;
    delete: Do<unknown, Entry>;
  };
  "/dialling-lists": {
    get: Get<T.Items<T.DiallingList>>;
    post: Send<DiallingListBody, T.DiallingList>;
  };
  "/dialling-lists/{list_id}": {
    patch: Send<Partial<DiallingListBody>, T.DiallingList, InList>;
    delete: Do<unknown, InList>;
  };
  "/dialling-lists/{list_id}/start": { post: Do<T.DiallingList, InList> };
  "/dialling-lists/{list_id}/pause": { post: Do<T.DiallingList, InList> };
  "/dialling-lists/{list_id}/stop": { post: Do<T.DiallingList, InList> };
  "/dialling-lists/{list_id}/entries": {
    get: Get<T.Page<T.DiallingEntry>, Paged & { state?: string; outcome?: string }, InList>;
    post: Tried<{ text: string }, T.FilledList, InList>;
  };
  "/dialling-lists/{list_id}/entries/{entry_id}": { delete: Do<unknown, InList & Entry> };
  "/emergency-calls": { post: Send<{ number: string }, unknown> };
  "/internal-calls": { post: Send<{ to: string }, unknown> };
  "/outbound/calls": { get: Get<T.Page<T.OutwardCall>, Paged & { refused?: boolean }> };
  "/outbound/rules": {
    get: Get<T.OutwardRules>;
    patch: Send<Partial<T.OutwardRules>, T.OutwardRules, never, Seen>;
  };
  "/offenders": { get: Get<T.Items<T.Offender>> };
  "/offenders/{offender_id}": { delete: Do<unknown, { offender_id: string }> };
  "/trunks": { get: Get<T.Items<T.Trunk>>; post: Send<TrunkChange, T.Trunk> };
  "/trunks/{trunk_id}": {
    patch: Send<TrunkChange, T.Trunk, { trunk_id: string }>;
    delete: Do<unknown, { trunk_id: string }>;
  };
  "/trunks/{trunk_id}/test": { post: Do<T.TrunkTest, { trunk_id: string }> };
  "/calendars": {
    get: Get<T.Items<T.Calendar>>;
    post: Send<Partial<T.CalendarPlan> & { name: string }, T.Calendar>;
  };
  "/calendars/countries": { get: Get<T.Items<{ code: string; parts: string[] }>> };
  "/calendars/preview": {
    post: { parameters: { query?: { language?: string } } } & Omit<
      Send<Partial<T.CalendarPlan>, { days: T.PreviewDay[] }>,
      "parameters"
    >;
  };
  "/calendars/{calendar}": {
    get: Get<T.Calendar, object, { calendar: string }>;
    patch: Send<
      Partial<T.CalendarPlan> & { name?: string },
      T.Calendar,
      { calendar: string },
      { "If-Match"?: string }
    >;
    delete: Do<unknown, { calendar: string }>;
  };
  "/calendars/{calendar}/closure": {
    put: Send<{ message?: string; until?: T.Timestamp | null }, T.Calendar, { calendar: string }>;
    delete: Do<T.Calendar, { calendar: string }>;
  };
  "/configuration/versions": { get: Get<T.Page<T.ConfigurationVersion>, Paged> };
  "/configuration/versions/{number}": {
    get: Get<T.ConfigurationVersion & { changes: T.ConfigurationChange[] }, object, Numbered>;
  };
  "/configuration/versions/{number}/restore": {
    post: Tried<
      { things?: { kind: string; name: string }[] | null; note?: string },
      T.Applied,
      Numbered
    >;
  };
  "/configuration/import": {
    post: Tried<{ text: string; remove?: boolean; note?: string }, T.Applied>;
  };
  "/configuration/tables/{table}": {
    post: Tried<{ text: string; note?: string }, T.ImportedLines, { table: T.LinesTable }>;
  };
  "/policies/simulate": {
    post: Send<{ from: T.Timestamp; to: T.Timestamp; draft_id: string }, T.Simulation>;
  };
  "/policies/simulations/{id}": { get: Get<T.Simulation, object, Id> };
  "/skill-sets": {
    get: Get<T.Items<T.SkillSet>>;
    post: Send<{ name: string; skills: Record<string, number> }, T.SkillSet>;
  };
  "/skill-sets/{skill_set}": {
    patch: Send<
      { name?: string; skills?: Record<string, number> },
      T.SkillSet,
      { skill_set: string },
      Seen
    >;
    delete: Do<unknown, { skill_set: string }>;
  };
  "/skill-sets/{skill_set}/holders/{agent_id}": {
    put: Send<{ until: T.Timestamp }, T.SkillSet, { skill_set: string; agent_id: string }>;
    delete: Do<unknown, { skill_set: string; agent_id: string }>;
  };
  "/configuration/drafts": {
    get: Get<T.Items<T.ConfigurationDraft>>;
    post: Send<{ name: string; changes?: T.DraftedThings }, T.OpenDraft>;
  };
  "/configuration/drafts/{draft_id}": {
    get: Get<T.OpenDraft, object, Draft>;
    patch: Send<{ name?: string; changes?: T.DraftedThings }, T.OpenDraft, Draft, Seen>;
    delete: Do<unknown, Draft>;
  };
  "/configuration/drafts/{draft_id}/things/{kind}/{name}": {
    delete: {
      parameters: { path: Draft & { kind: string; name: string }; header?: Seen };
    } & Replies<T.OpenDraft>;
  };
  "/configuration/drafts/{draft_id}/publish": {
    post: Send<{ note?: string; overwrite?: boolean }, T.Applied, Draft, Seen>;
  };
  "/setup": { get: Get<T.Setup> };
  "/setup/{step}": { put: Do<T.Setup, { step: T.SetupStepName }> };
  "/setup/claim": { post: Send<Claim, unknown> };
  "/customers": {
    get: Get<T.Page<T.Customer>, { q?: string } & Paged>;
    post: Send<T.CustomerChange & { phones: string[]; mailboxes: string[] }, T.Customer>;
  };
  "/customers/{id}": {
    get: Get<T.Customer, object, Id>;
    patch: Send<Partial<T.CustomerChange>, T.Customer, Id>;
  };
  "/customers/{id}/identities": { post: Send<{ kind: string; value: string }, unknown, Id> };
  "/callbacks": {
    get: Get<T.Page<T.Callback>, Paged & { state?: "open" | "tried" | "done"; queue?: string }>;
    post: Send<
      | { interaction_id: string }
      | { phone: string; queue: string; owner_id?: string | null; requested?: boolean },
      T.Callback
    >;
  };
  "/callbacks/{id}/cancel": { post: Do<T.Callback, Id> };
  "/callbacks/{id}/reschedule": { post: Send<{ due_at: string }, T.Callback, Id> };
  "/wall": { get: Get<T.Wall> };
  "/promises": {
    get: Get<T.Page<T.Promised>, PromiseFilter>;
    post: Send<T.NewPromise, T.Promised>;
  };
  "/promises/{id}/begin": { post: Do<T.Promised, Id> };
  "/promises/{id}/done": { post: Do<T.Promised, Id> };
  "/promises/{id}/cancel": { post: Do<T.Promised, Id> };
  "/appointments": { post: Send<T.NewAppointment, T.Promised> };
  "/appointments/slots": {
    get: Get<
      { minutes: number; items: T.Timestamp[] },
      { queue: string; expert: string; day: string }
    >;
  };
  "/alerts": { get: Get<T.Page<T.Alert>, Paged & { state?: "open" | "dismissed" }> };
  "/alerts/{id}/dismiss": { post: Do<T.Alert, Id> };
  "/abandoned": { get: Get<T.Page<T.Abandoned>, Paged & { queue?: string }> };
  "/interactions/{id}/not-reached": { post: Do<unknown, Id> };
  "/tickets": {
    get: Get<T.Page<T.Ticket>, TicketFilter>;
    post: Send<NewTicket, T.Ticket, never, { "Idempotency-Key"?: string }>;
  };
  "/tickets/{id}": {
    get: Get<T.Ticket, object, Id>;
    patch: Send<TicketPatch, T.Ticket, Id, { "If-Match"?: string }>;
  };
  "/tickets/{id}/notes": { post: Send<{ text: string }, unknown, Id> };
  "/recordings/{id}/waveform": { get: Get<T.Waveform, object, Id> };
  "/users": { get: Get<T.Page<T.User>, { q?: string } & Paged>; post: Send<NewUser, T.User> };
  "/users/import": {
    post: { parameters: { query?: { dry_run?: boolean } } } & Omit<
      Send<{ text: string; role?: T.Role; team_id?: string | null; change?: boolean }, T.Imported>,
      "parameters"
    >;
  };
  "/users/{user_id}": { patch: Send<UserChange, T.User, { user_id: string }> };
  "/teams": { get: Get<T.Page<T.Team>>; post: Send<Omit<T.Team, "id">, T.Team> };
  "/teams/{team_id}": {
    patch: Send<Partial<Omit<T.Team, "id">>, T.Team, { team_id: string }>;
    delete: Do<unknown, { team_id: string }>;
  };
  "/audit": { get: Get<T.Page<T.AuditEntry>, { action?: string; actor?: string } & Paged> };
  "/surveys/summary": {
    get: Get<T.Items<T.SurveyScore>, { by?: "agent" | "queue"; from?: string; to?: string }>;
  };
  "/jobs": { get: Get<T.Page<T.Job>, { state?: T.Job["state"] } & Paged> };
  "/jobs/{job_id}/retry": { post: Do<T.Job, { job_id: string }> };
  "/dead-letters": { get: Get<T.Page<T.DeadLetter>, Paged> };
  "/guest/numbers": { get: Get<T.Items<{ number: string; name: T.Words }>> };
  "/guest/calls": { post: Send<{ number: string; caller?: string }, T.GuestCall> };
}

type TrunkChange = Partial<Omit<T.Trunk, "id">> & { secret?: string | null };

export interface Claim {
  token: string;
  organisation: string;
  username: string;
  password: string;
  display_name?: string;
  language?: string;
}

type NewUser = Pick<T.User, "username" | "display_name"> &
  Partial<Pick<T.User, "roles" | "team_id" | "language">> & { password?: string };

type UserChange = Partial<
  Pick<T.User, "display_name" | "roles" | "team_id" | "active" | "language">
> & { password?: string };
