/** The line of a showing: a WebSocket of our own origin that comes again until it is not wanted. */

import { socketUrl } from "@/lib/stream";
import type { Told } from "./state";

const PAUSES_MS = [300, 600, 1_200, 2_400, 5_000];
/** Closed with these the talk is over, or another page of ours took the seat. */
const FINAL = new Set([1008, 4001]);

export class ShowingLine {
  private socket: WebSocket | null = null;
  private reopening: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;
  private wanted = true;

  constructor(
    private readonly path: string,
    private readonly hello: object | null,
    private readonly heard: (told: Told) => void,
    private readonly lost: () => void,
  ) {
    this.connect();
  }

  say(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  close(): void {
    this.wanted = false;
    clearTimeout(this.reopening);
    this.socket?.close();
  }

  private connect(): void {
    const socket = new WebSocket(socketUrl(this.path));
    this.socket = socket;
    socket.onopen = () => {
      if (this.hello) this.say(this.hello);
    };
    socket.onmessage = ({ data }) => {
      this.tries = 0;
      this.heard(JSON.parse(data as string) as Told);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      this.lost();
      if (!this.wanted || FINAL.has(code)) return;
      const pause = PAUSES_MS[Math.min(this.tries, PAUSES_MS.length - 1)];
      this.tries += 1;
      this.reopening = setTimeout(() => this.connect(), pause);
    };
  }
}
