/**
 * What an agent draws over a shared screen, as both pages hold it: a pure fold over small messages.
 *
 * Places are shares of the picture (0 … 1), so each page draws in its own size. A stroke fades when
 * it has stood for a while. What the other page says is checked and bounded before it counts.
 */

export type Place = readonly [x: number, y: number];

export type Mark =
  | { type: "point"; at: Place }
  | { type: "away" }
  | { type: "begin"; id: number; at: Place }
  | { type: "draw"; id: number; to: Place[] }
  | { type: "undo" }
  | { type: "clear" };

export interface Stroke {
  id: number;
  places: Place[];
  /** When it was drawn last, ms. */
  touched: number;
}

export interface Marks {
  pointer: Place | null;
  strokes: Stroke[];
}

export const NO_MARKS: Marks = { pointer: null, strokes: [] };
export const STANDS_MS = 12_000;
export const FADES_MS = 1_500;
export const MOST_STROKES = 40;
export const MOST_PLACES = 1_000;
const MOST_AT_ONCE = 64;
const MOST_CHARS = 4_096;

export function marked(marks: Marks, mark: Mark, now: number): Marks {
  switch (mark.type) {
    case "point":
      return { ...marks, pointer: mark.at };
    case "away":
      return { ...marks, pointer: null };
    case "begin": {
      const stroke = { id: mark.id, places: [mark.at], touched: now };
      return { pointer: mark.at, strokes: [...marks.strokes, stroke].slice(-MOST_STROKES) };
    }
    case "draw": {
      const strokes = marks.strokes.map((stroke) =>
        stroke.id === mark.id ? drawn(stroke, mark.to, now) : stroke,
      );
      return { pointer: mark.to.at(-1) ?? marks.pointer, strokes };
    }
    case "undo":
      return { ...marks, strokes: marks.strokes.slice(0, -1) };
    case "clear":
      return { ...marks, strokes: [] };
  }
}

const drawn = (stroke: Stroke, to: Place[], now: number): Stroke => ({
  ...stroke,
  places: [...stroke.places, ...to].slice(0, MOST_PLACES),
  touched: now,
});

/** How much of a stroke is still seen: 1 … 0. */
export function strength(stroke: Stroke, now: number): number {
  const over = now - stroke.touched - STANDS_MS;
  return Math.min(1, Math.max(0, 1 - over / FADES_MS));
}

/** Without what has faded. */
export function unfaded(marks: Marks, now: number): Marks {
  const strokes = marks.strokes.filter((stroke) => strength(stroke, now) > 0);
  return strokes.length === marks.strokes.length ? marks : { ...marks, strokes };
}

/** A message of the other page; null for what is none. */
export function readMark(text: unknown): Mark | null {
  if (typeof text !== "string" || text.length > MOST_CHARS) return null;
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof told !== "object" || told === null) return null;
  const { type, id, at, to } = told as Record<string, unknown>;
  switch (type) {
    case "away":
    case "undo":
    case "clear":
      return { type };
    case "point":
      return isPlace(at) ? { type, at } : null;
    case "begin":
      return isPlace(at) && Number.isSafeInteger(id) ? { type, id: id as number, at } : null;
    case "draw": {
      const fits = Array.isArray(to) && to.length <= MOST_AT_ONCE && to.every(isPlace);
      return fits && Number.isSafeInteger(id) ? { type, id: id as number, to } : null;
    }
    default:
      return null;
  }
}

function isPlace(told: unknown): told is Place {
  return (
    Array.isArray(told) &&
    told.length === 2 &&
    told.every((share) => typeof share === "number" && share >= 0 && share <= 1)
  );
}
