/**
 * The event stream: one WebSocket that resumes after the last sequence number it saw.
 *
 * Closed sockets are opened again each 0.5 s at first, as a server that was restarted is back within
 * seconds, then with growing pauses up to 8 s; a silence of 40 s (the server pings each 15 s) counts
 * as closed. `resync` means that events were missed: readers ask anew.
 */

export type StreamStatus = "connecting" | "live" | "reconnecting" | "off";

export interface StreamEvent {
  type: string;
  seq?: number;
  time?: string;
  subject?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each event type brings its own body
  data?: any;
}

type Listener = (event: StreamEvent) => void;

const FIRST_PAUSE_MS = 500;
const EAGER_TRIES = 8;
const LONGEST_PAUSE_MS = 8_000;
const SILENCE_MS = 40_000;

export class EventStream {
  private socket: WebSocket | null = null;
  private seq: number | null = null;
  private tries = 0;
  private reopening: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<Listener>();
  private readonly watchers = new Set<() => void>();
  status: StreamStatus = "off";

  constructor(private readonly url: () => string) {}

  open(): void {
    if (this.status !== "off") return;
    this.move("connecting");
    this.connect();
  }

  close(): void {
    clearTimeout(this.reopening);
    clearTimeout(this.watchdog);
    this.move("off");
    this.socket?.close();
    this.socket = null;
  }

  /** Hear every event; gives back the way to stop. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Be told when `status` changed (for useSyncExternalStore). */
  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private connect(): void {
    const after = this.seq === null ? "" : `?after=${this.seq}`;
    const socket = new WebSocket(this.url() + after);
    this.socket = socket;
    this.expectNews();
    socket.onopen = () => this.opened();
    socket.onmessage = (message) => this.heard(message.data as string);
    socket.onclose = () => this.lost(socket);
  }

  private opened(): void {
    const again = this.status === "reconnecting";
    this.tries = 0;
    this.move("live");
    if (again) this.tell({ type: "reconnected" });
  }

  private heard(text: string): void {
    this.expectNews();
    const event = JSON.parse(text) as StreamEvent;
    if (event.type === "ping") return;
    if (event.type === "resync") this.seq = null;
    if (typeof event.seq === "number") this.seq = event.seq;
    this.tell(event);
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket || this.status === "off") return;
    clearTimeout(this.watchdog);
    this.move("reconnecting");
    this.reopening = setTimeout(() => this.connect(), this.pause());
    this.tries += 1;
  }

  private pause(): number {
    const growth = 2 ** Math.max(0, this.tries - EAGER_TRIES);
    return Math.min(FIRST_PAUSE_MS * growth, LONGEST_PAUSE_MS);
  }

  private expectNews(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.socket?.close(), SILENCE_MS);
  }

  private tell(event: StreamEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private move(status: StreamStatus): void {
    if (status === this.status) return;
    this.status = status;
    for (const watcher of this.watchers) watcher();
  }
}

/** The address of a WebSocket on our own origin. */
export function socketUrl(path: string): string {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}${path}`;
}
