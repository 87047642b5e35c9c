/**
 * The sounds of the desk, made from sines: no files to load, and they go to a device of choice.
 */

export type Tone = "ring" | "connect" | "overrun" | "check";

const RATE = 16_000;
const VOLUME = 0.28;

type Note = { hz: number; ms: number };

const SCORES: Record<Tone, Note[]> = {
  ring: [
    { hz: 660, ms: 160 },
    { hz: 880, ms: 240 },
    { hz: 0, ms: 1600 },
  ],
  connect: [
    { hz: 880, ms: 90 },
    { hz: 1175, ms: 130 },
  ],
  overrun: [
    { hz: 520, ms: 140 },
    { hz: 0, ms: 80 },
    { hz: 520, ms: 140 },
  ],
  check: [
    { hz: 523, ms: 180 },
    { hz: 659, ms: 180 },
    { hz: 784, ms: 320 },
  ],
};

/** The samples (-1 … 1) of a tone; each note fades in and out so that it does not click. */
export function samples(tone: Tone): Float32Array {
  const notes = SCORES[tone].map(({ hz, ms }) => note(hz, Math.round((RATE * ms) / 1000)));
  const joined = new Float32Array(notes.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of notes) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function note(hz: number, length: number): Float32Array {
  const fade = RATE / 100;
  return Float32Array.from({ length }, (_, at) => {
    const edge = Math.min(1, at / fade, (length - at) / fade);
    return hz === 0 ? 0 : VOLUME * edge * Math.sin((2 * Math.PI * hz * at) / RATE);
  });
}

/** A RIFF/WAVE file of 16-bit mono samples. */
export function wav(pcm: Float32Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(44 + pcm.length * 2));
  const text = (at: number, word: string) => {
    for (const [i, letter] of [...word].entries()) view.setUint8(at + i, letter.charCodeAt(0));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + pcm.length * 2, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, pcm.length * 2, true);
  pcm.forEach((value, at) => {
    view.setInt16(44 + at * 2, Math.round(value * 32767), true);
  });
  return view.buffer as ArrayBuffer;
}

type Sinkable = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

/** Send what an element plays to `device` ("" is the system's choice); unknown devices are ignored. */
export async function route(element: HTMLAudioElement, device: string): Promise<void> {
  await (element as Sinkable).setSinkId?.(device).catch(() => undefined);
}

/** Plays tones on one device; `stop` ends a ring. */
export class TonePlayer {
  private readonly playing = new Map<Tone, HTMLAudioElement>();

  play(tone: Tone, device: string, loop = false): void {
    this.stop(tone);
    const url = URL.createObjectURL(new Blob([wav(samples(tone))], { type: "audio/wav" }));
    const element = new Audio(url);
    element.loop = loop;
    element.onended = () => URL.revokeObjectURL(url);
    this.playing.set(tone, element);
    // A page that nobody has touched yet may not make a sound; the screen says it all the same.
    void route(element, device)
      .then(() => element.play())
      .catch(() => undefined);
  }

  stop(tone: Tone): void {
    const element = this.playing.get(tone);
    if (!element) return;
    element.pause();
    URL.revokeObjectURL(element.src);
    this.playing.delete(tone);
  }
}
