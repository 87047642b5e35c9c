/** The line to Asterisk: JsSIP, SIP over the WebSocket of our own origin (RFC 7118). */

import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRequest } from "jssip/lib/SIPMessage";
import type { SoftphoneCredentials } from "@/lib/api";
import { type DeviceChoice, microphoneConstraints } from "@/lib/devices";
import { socketUrl } from "@/lib/stream";
import { isUseful } from "./candidates";
import { Ear } from "./ear";
import type { Line, LineEvent } from "./line";

const INTERACTION_HEADER = "X-Trunkline-Interaction";
const REFUSED_STATUS = 480;

export class SipLine implements Line {
  private ua: JsSIP.UA | null = null;
  private account = "";
  private readonly sessions = new Map<string, RTCSession>();
  private readonly ear: Ear;

  constructor(
    private readonly report: (event: LineEvent) => void,
    private readonly devices: () => DeviceChoice,
  ) {
    this.ear = new Ear(devices);
  }

  open(credentials: SoftphoneCredentials, register: boolean): void {
    if (this.ua && this.account === credentials.account) {
      this.ua.set("password", credentials.secret);
      if (register) this.ua.register();
      return;
    }
    this.close();
    this.account = credentials.account;
    this.ua = this.build(credentials, register);
    this.ua.start();
  }

  close(): void {
    this.ua?.stop();
    this.ua = null;
    this.account = "";
  }

  answer(id: string): void {
    this.sessions
      .get(id)
      ?.answer({ mediaConstraints: this.microphone(), pcConfig: { iceServers: [] } });
  }

  refuse(id: string): void {
    this.sessions.get(id)?.terminate({ status_code: REFUSED_STATUS });
  }

  call(target: string): void {
    this.ua?.call(target, { mediaConstraints: this.microphone(), pcConfig: { iceServers: [] } });
  }

  hangup(id: string): void {
    this.sessions.get(id)?.terminate();
  }

  mute(id: string, on: boolean): void {
    const session = this.sessions.get(id);
    if (on) session?.mute({ audio: true });
    else session?.unmute({ audio: true });
  }

  digit(id: string, digit: string): void {
    this.sessions.get(id)?.sendDTMF(digit, { transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833 });
  }

  async rehear(): Promise<void> {
    await this.ear.rehear();
  }

  private microphone(): MediaStreamConstraints {
    return microphoneConstraints(this.devices());
  }

  private build(credentials: SoftphoneCredentials, register: boolean): JsSIP.UA {
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(addressOf(credentials))],
      uri: `sip:${credentials.account}@${credentials.realm}`,
      authorization_user: credentials.account,
      password: credentials.secret,
      realm: credentials.realm,
      register,
      register_expires: 120,
      session_timers: false,
      user_agent: "trunkline-page",
      // Who is not registered cannot be rung: a restart of the server may cost no call.
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 1,
    });
    ua.on("connected", () => this.report({ type: "connected" }));
    ua.on("disconnected", () => this.report({ type: "disconnected" }));
    ua.on("registered", () => this.report({ type: "registered" }));
    ua.on("registrationFailed", ({ cause }) =>
      this.report({ type: "registration.failed", cause: String(cause ?? "failed") }),
    );
    ua.on("newRTCSession", ({ originator, session, request }: NewSession) =>
      this.take(session, originator === "remote" ? (request as IncomingRequest) : null),
    );
    return ua;
  }

  private take(session: RTCSession, invite: IncomingRequest | null): void {
    const id = session.id;
    this.sessions.set(id, session);
    this.follow(id, session);
    if (!invite) {
      this.hear(id, session.connection);
      return;
    }
    session.on("peerconnection", ({ peerconnection }) => this.hear(id, peerconnection));
    this.report({ type: "invited", id, interaction: invite.getHeader(INTERACTION_HEADER) ?? null });
  }

  private follow(id: string, session: RTCSession): void {
    const ended = ({ cause }: { cause?: unknown }) => {
      this.sessions.delete(id);
      // "getusermediafailed" comes after the end, when nobody waits for it any more.
      if (cause === JsSIP.C.causes.USER_DENIED_MEDIA_ACCESS)
        this.report({ type: "microphone.denied", id });
      else this.report({ type: "ended", id, cause: String(cause ?? "") });
    };
    session.on("icecandidate", ({ candidate, ready }) => {
      if (isUseful(candidate)) ready();
    });
    session.on("progress", () => this.report({ type: "progress", id }));
    session.on("confirmed", () => this.report({ type: "confirmed", id }));
    session.on("ended", ended);
    session.on("failed", ended);
  }

  private hear(id: string, connection: RTCPeerConnection): void {
    this.ear.follow(connection, (stream) => this.report({ type: "media", id, stream }));
  }
}

/** The proxy lets a page speak for one account and wants to know which. */
const addressOf = ({ ws_path, account }: SoftphoneCredentials): string =>
  socketUrl(`${ws_path}?account=${encodeURIComponent(account)}`);

type NewSession = { originator: string; session: RTCSession; request: unknown };
