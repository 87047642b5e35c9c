/** Draws two tracks of peaks, the played part in full colour. */

import type { Waveform } from "@/lib/api";

const BAR = 2;
const GAP = 1;
const MIDDLE_GAP = 6;

/** The loudest of the peaks that fall to each of `count` bars. */
export function squeeze(peaks: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((at + 1) * peaks.length) / count));
    return peaks.slice(from, to).reduce((most, peak) => Math.max(most, peak), 0);
  });
}

/** `part` is how much of the whole was played, 0 … 1. */
export function paint(canvas: HTMLCanvasElement, waveform: Waveform, part: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.scale(scale, scale);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const half = (height - MIDDLE_GAP) / 2;
  const tracks = [
    { peaks: waveform.customer, middle: half / 2, tone: colour("--accent-fill") },
    { peaks: waveform.agent, middle: height - half / 2, tone: colour("--ok-fill") },
  ];
  const count = Math.max(1, Math.floor(width / (BAR + GAP)));
  for (const { peaks, middle, tone } of tracks) {
    squeeze(peaks, count).forEach((peak, at) => {
      const tall = Math.max(1, peak * half);
      context.fillStyle = at / count < part ? tone : colour("--line-strong");
      context.fillRect(at * (BAR + GAP), middle - tall / 2, BAR, tall);
    });
  }
  context.fillStyle = colour("--text");
  context.fillRect(Math.min(width - 1, part * width), 0, 1, height);
}
