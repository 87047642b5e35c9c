/**
 * The softphone's line, whichever engine is behind it: it carries out what the machines decide and
 * reports what happened. Each kind comes in its own file, loaded on demand, so that pages without a
 * phone do not pay for it.
 */

import type { SoftphoneCredentials } from "@/lib/api";
import type { DeviceChoice } from "@/lib/devices";

export type LineEvent =
  | { type: "connected" }
  | { type: "disconnected" }
  | { type: "registered" }
  | { type: "registration.failed"; cause: string }
  | { type: "invited"; id: string; interaction: string | null }
  | { type: "progress"; id: string }
  | { type: "confirmed"; id: string }
  | { type: "microphone.denied"; id: string }
  | { type: "media"; id: string; stream: MediaStream }
  | { type: "ended"; id: string; cause: string };

export interface Line {
  /** Connect; with `register` also be reachable. A new secret of the same account keeps the calls. */
  open(credentials: SoftphoneCredentials, register: boolean): void;
  /** Leave; calls end. */
  close(): void;
  answer(id: string): void;
  refuse(id: string): void;
  /** Call `sip:number@realm`. */
  call(target: string): void;
  hangup(id: string): void;
  mute(id: string, on: boolean): void;
  digit(id: string, digit: string): void;
  /** Let the ear follow a newly chosen headset. */
  rehear(): Promise<void>;
}

export type LineMaker = new (
  report: (event: LineEvent) => void,
  devices: () => DeviceChoice,
) => Line;

/** The line that these credentials are for. */
export async function loadLine({ signalling }: SoftphoneCredentials): Promise<LineMaker> {
  if (signalling === "direct") return (await import("./direct-line")).DirectLine;
  return (await import("./sip-line")).SipLine;
}
