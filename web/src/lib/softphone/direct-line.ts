/**
 * The line to the embedded engine: JSON over a WebSocket of our own origin, WebRTC offered by us.
 *
 * Theory of operation. After `hello` comes `welcome`, and only then are we connected. A connection
 * that is lost is made again and names the legs that we hold: they talk on meanwhile, because sound
 * does not pass through it. What is said while it is away is lost, but for a hang-up, which ends
 * the leg here and is noticed there.
 */

import type { SoftphoneCredentials } from "@/lib/api";
import { type DeviceChoice, microphoneConstraints } from "@/lib/devices";
import { socketUrl } from "@/lib/stream";
import { isUseful } from "./candidates";
import { Ear } from "./ear";
import type { Line, LineEvent } from "./line";

type Told =
  | { type: "welcome" | "denied" }
  | { type: "calling"; leg: string }
  | { type: "ring"; leg: string; interaction: string }
  | { type: "answered"; leg: string; sdp: string }
  | { type: "ended"; leg: string; cause: string };

/** Who is not registered cannot be rung: a restart of the server may cost no call. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 1_000;
/** Causes that the pages have other words for. */
const WORDS: Record<string, string> = {
  normal: "Terminated",
  overload: "lines_busy",
  unknown_number: "number_unknown",
  network_lost: "unreachable",
};

export class DirectLine implements Line {
  private credentials: SoftphoneCredentials | null = null;
  private registers = false;
  private socket: WebSocket | null = null;
  private reopening: ReturnType<typeof setTimeout> | undefined;
  private pause = FIRST_PAUSE_MS;
  /** Legs by their names; a ringing one has no connection yet. */
  private readonly legs = new Map<string, RTCPeerConnection | null>();
  private calling: RTCPeerConnection | null = null;
  private readonly ear: Ear;

  constructor(
    private readonly report: (event: LineEvent) => void,
    private readonly devices: () => DeviceChoice,
  ) {
    this.ear = new Ear(devices);
  }

  open(credentials: SoftphoneCredentials, register: boolean): void {
    const same = this.credentials?.account === credentials.account;
    if (!same) this.close();
    this.credentials = credentials;
    this.registers = register;
    if (same && this.socket?.readyState === WebSocket.OPEN) this.hello();
    else this.connect();
  }

  close(): void {
    this.say({ type: "bye" });
    for (const leg of [...this.legs.keys()]) this.drop(leg);
    end(this.calling);
    this.calling = this.credentials = null;
    this.leave();
  }

  answer(id: string): void {
    void this.offer().then(
      (made) => {
        if (!this.legs.has(id)) return end(made);
        this.legs.set(id, made);
        this.ear.follow(made, (stream) => this.report({ type: "media", id, stream }));
        this.say({ type: "answer", leg: id, sdp: made.localDescription?.sdp });
      },
      () => {
        this.refuse(id);
        this.report({ type: "microphone.denied", id });
      },
    );
  }

  refuse(id: string): void {
    this.say({ type: "refuse", leg: id });
    this.drop(id);
  }

  call(target: string): void {
    const number = /^sip:([^@]+)@/.exec(target)?.[1] ?? target;
    void this.offer().then(
      (made) => {
        this.calling = made;
        this.say({ type: "call", number, sdp: made.localDescription?.sdp });
      },
      () => this.report({ type: "microphone.denied", id: "" }),
    );
  }

  hangup(id: string): void {
    this.say({ type: "hangup", leg: id });
    if (this.drop(id)) this.report({ type: "ended", id, cause: "Terminated" });
  }

  mute(id: string, on: boolean): void {
    for (const sender of this.legs.get(id)?.getSenders() ?? [])
      if (sender.track) sender.track.enabled = !on;
  }

  digit(id: string, digit: string): void {
    this.say({ type: "digit", leg: id, digit });
  }

  async rehear(): Promise<void> {
    await this.ear.rehear();
  }

  private connect(): void {
    this.leave();
    if (!this.credentials) return;
    const { ws_path, account } = this.credentials;
    const socket = new WebSocket(socketUrl(`${ws_path}?account=${encodeURIComponent(account)}`));
    this.socket = socket;
    socket.onopen = () => this.hello();
    socket.onmessage = ({ data }) => this.hear(JSON.parse(data as string) as Told);
    socket.onclose = () => {
      if (socket === this.socket) this.lost();
    };
  }

  private hello(): void {
    const secret = this.credentials?.secret;
    const legs = [...this.legs.keys()];
    this.say({ type: "hello", secret, register: this.registers, legs });
  }

  private lost(): void {
    this.report({ type: "disconnected" });
    this.reopening = setTimeout(() => this.connect(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  /** Let go of the connection, and of any that would be made again. */
  private leave(): void {
    clearTimeout(this.reopening);
    const old = this.socket;
    this.socket = null;
    old?.close();
  }

  private hear(told: Told): void {
    switch (told.type) {
      case "welcome":
        this.pause = FIRST_PAUSE_MS;
        this.report({ type: "connected" });
        if (this.registers) this.report({ type: "registered" });
        return;
      case "denied":
        this.leave();
        this.report({ type: "registration.failed", cause: "denied" });
        return;
      case "calling":
        this.began(told.leg);
        return;
      case "ring":
        this.legs.set(told.leg, null);
        this.report({ type: "invited", id: told.leg, interaction: told.interaction });
        return;
      case "answered":
        void this.answered(told.leg, told.sdp);
        return;
      case "ended":
        this.ended(told.leg, told.cause);
        return;
    }
  }

  private began(id: string): void {
    const made = this.calling;
    if (!made) return;
    this.calling = null;
    this.legs.set(id, made);
    this.ear.follow(made, (stream) => this.report({ type: "media", id, stream }));
    this.report({ type: "progress", id });
  }

  private async answered(id: string, sdp: string): Promise<void> {
    await this.legs.get(id)?.setRemoteDescription({ type: "answer", sdp });
    if (this.legs.has(id)) this.report({ type: "confirmed", id });
  }

  private ended(id: string, cause: string): void {
    // A call that was refused at once never had a name here.
    const unnamed = this.calling;
    this.calling = null;
    end(unnamed);
    if (this.drop(id) || unnamed) this.report({ type: "ended", id, cause: WORDS[cause] ?? cause });
  }

  /** Forget a leg; whether it was there. */
  private drop(id: string): boolean {
    end(this.legs.get(id) ?? null);
    return this.legs.delete(id);
  }

  /** A connection whose offer is ready; rejected when there is no microphone for us. */
  private async offer(): Promise<RTCPeerConnection> {
    const microphone = await navigator.mediaDevices.getUserMedia(
      microphoneConstraints(this.devices()),
    );
    const made = new RTCPeerConnection({ iceServers: [] });
    for (const track of microphone.getAudioTracks()) made.addTrack(track, microphone);
    const reachable = firstCandidate(made);
    await made.setLocalDescription(await made.createOffer());
    await reachable;
    return made;
  }

  private say(message: { type: string; [more: string]: unknown }): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}

function firstCandidate(made: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    made.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate === null || isUseful(candidate)) resolve();
    });
  });
}

/** End a connection, and let go of the microphone. */
function end(made: RTCPeerConnection | null): void {
  for (const sender of made?.getSenders() ?? []) sender.track?.stop();
  made?.close();
}
