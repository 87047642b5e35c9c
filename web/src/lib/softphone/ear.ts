/** Where a call is heard: one audio element that follows the chosen headset. */

import type { DeviceChoice } from "@/lib/devices";
import { route } from "@/lib/tones";

export class Ear {
  private readonly audio = new Audio();

  constructor(private readonly devices: () => DeviceChoice) {
    this.audio.autoplay = true;
  }

  /** Hear what comes by this connection; gives the stream once it is there. */
  follow(connection: RTCPeerConnection, heard: (stream: MediaStream) => void): void {
    connection.addEventListener("track", ({ streams, track }) => {
      const stream = streams[0] ?? new MediaStream([track]);
      this.audio.srcObject = stream;
      void this.rehear().then(() => this.audio.play().catch(() => undefined));
      heard(stream);
    });
  }

  async rehear(): Promise<void> {
    await route(this.audio, this.devices().headset);
  }
}
