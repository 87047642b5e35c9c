/**
 * The connection of two pages: one for camera and screen, and a channel for marks.
 *
 * Its form is fixed – the first video is the camera, both ways, the second the customer's screen – so
 * that what begins or ends later only puts a track in or takes it out, and nothing is agreed anew.
 * Candidates that come before the description wait for it.
 */

import type { Ice, Part } from "./state";

const MARKS = { negotiated: true, id: 0, ordered: true } as const;
const PLACE: Record<Part, number> = { video: 0, screen: 1 };
const MOST_WAITING = 100;
/** A channel that is so far behind drops pointers. */
const FULL_BYTES = 64_000;

export type Signal = { description?: RTCSessionDescriptionInit; candidate?: Ice };

export interface PeerReport {
  signal(signal: Signal): void;
  received(part: Part, stream: MediaStream): void;
  mark(text: unknown): void;
  failed(): void;
}

export class Peer {
  private readonly connection: RTCPeerConnection;
  private readonly channel: RTCDataChannel;
  private readonly waiting: RTCIceCandidateInit[] = [];
  private readonly tracks: Partial<Record<Part, MediaStreamTrack | null>> = {};
  private turn: Promise<void> = Promise.resolve();

  constructor(
    ice: RTCIceServer[],
    private readonly offers: boolean,
    private readonly report: PeerReport,
  ) {
    this.connection = new RTCPeerConnection({ iceServers: ice });
    this.channel = this.connection.createDataChannel("marks", MARKS);
    this.channel.onmessage = ({ data }) => report.mark(data);
    this.connection.onicecandidate = ({ candidate }) => {
      if (candidate) report.signal({ candidate: written(candidate) });
    };
    this.connection.onconnectionstatechange = () => this.changed();
    this.connection.ontrack = ({ transceiver, track }) => this.came(transceiver, track);
    if (offers) {
      this.connection.addTransceiver("video", { direction: "sendrecv" });
      this.connection.addTransceiver("video", { direction: "sendonly" });
      this.inTurn(() => this.offer(false));
    }
  }

  close(): void {
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }

  /** Show a track, or nothing any more. */
  put(part: Part, track: MediaStreamTrack | null): void {
    this.tracks[part] = track;
    this.inTurn(() => this.place(part));
  }

  hear({ description, candidate }: Signal): void {
    this.inTurn(async () => {
      if (description) await this.described(description);
      else if (candidate) await this.reachable(candidate);
    });
  }

  /** Send a mark; one that may be missed is left out when the channel is behind. */
  say(text: string, missable: boolean): void {
    if (this.channel.readyState !== "open") return;
    if (missable && this.channel.bufferedAmount > FULL_BYTES) return;
    this.channel.send(text);
  }

  private async offer(iceRestart: boolean): Promise<void> {
    await this.connection.setLocalDescription(await this.connection.createOffer({ iceRestart }));
    this.tell();
  }

  private async described(description: RTCSessionDescriptionInit): Promise<void> {
    await this.connection.setRemoteDescription(description);
    for (const candidate of this.waiting.splice(0)) await this.add(candidate);
    if (description.type !== "offer") return;
    const camera = this.connection.getTransceivers()[PLACE.video];
    if (camera) camera.direction = "sendrecv";
    await this.place("video");
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    this.tell();
  }

  private async reachable(told: Ice): Promise<void> {
    const candidate = {
      candidate: told.candidate,
      sdpMid: told.sdp_mid ?? null,
      sdpMLineIndex: told.sdp_m_line_index ?? null,
      usernameFragment: told.username_fragment ?? null,
    };
    if (this.connection.remoteDescription) await this.add(candidate);
    else if (this.waiting.length < MOST_WAITING) this.waiting.push(candidate);
  }

  /** A candidate that this browser cannot use is no loss while another one works. */
  private async add(candidate: RTCIceCandidateInit): Promise<void> {
    await this.connection.addIceCandidate(candidate).catch(() => undefined);
  }

  private async place(part: Part): Promise<void> {
    const sender = this.connection.getTransceivers()[PLACE[part]]?.sender;
    const track = this.tracks[part] ?? null;
    if (sender && sender.track !== track) await sender.replaceTrack(track);
  }

  private came(transceiver: RTCRtpTransceiver, track: MediaStreamTrack): void {
    const at = this.connection.getTransceivers().indexOf(transceiver);
    this.report.received(at === PLACE.screen ? "screen" : "video", new MediaStream([track]));
  }

  private changed(): void {
    if (this.connection.connectionState !== "failed") return;
    this.report.failed();
    if (this.offers) this.inTurn(() => this.offer(true));
  }

  private tell(): void {
    const { type, sdp } = this.connection.localDescription ?? {};
    if (type && sdp) this.report.signal({ description: { type, sdp } });
  }

  /** One step after the other; a step on a connection that was closed meanwhile is none. */
  private inTurn(step: () => Promise<void>): void {
    this.turn = this.turn.then(step).catch(() => {
      if (this.connection.signalingState !== "closed") this.report.failed();
    });
  }
}

const written = (found: RTCIceCandidate): Ice => ({
  candidate: found.candidate,
  sdp_mid: found.sdpMid,
  sdp_m_line_index: found.sdpMLineIndex,
  username_fragment: found.usernameFragment,
});
