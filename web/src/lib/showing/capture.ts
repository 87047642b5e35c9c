/** What the browser gives of a camera or a screen, and why it gives nothing. */

import type { Failure, Part } from "./state";

const CAMERA: MediaStreamConstraints = {
  audio: false,
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { max: 30 } },
};
const SCREEN: DisplayMediaStreamOptions = { audio: false, video: { frameRate: { max: 15 } } };

export const canShareScreen = (): boolean =>
  typeof navigator.mediaDevices?.getDisplayMedia === "function";

export async function capture(part: Part): Promise<MediaStream> {
  if (part === "video") return navigator.mediaDevices.getUserMedia(CAMERA);
  const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
  // Letters must stay sharp; a frame less a second is no loss.
  for (const track of stream.getVideoTracks()) track.contentHint = "detail";
  return stream;
}

export function failure(error: unknown, part: Part): Failure {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return part === "screen" ? "cancelled" : "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "no_device";
  return "device_failed";
}
