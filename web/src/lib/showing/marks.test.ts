import { expect, it } from "vitest";
import {
  FADES_MS,
  type Mark,
  MOST_PLACES,
  MOST_STROKES,
  marked,
  NO_MARKS,
  readMark,
  STANDS_MS,
  strength,
  unfaded,
} from "./marks";

const draw = (...marks: Mark[]) => marks.reduce((all, mark) => marked(all, mark, 0), NO_MARKS);

it("draws strokes one after the other and takes the last one back", () => {
  const two = draw(
    { type: "begin", id: 1, at: [0, 0] },
    { type: "draw", id: 1, to: [[0.5, 0.5]] },
    { type: "begin", id: 2, at: [1, 1] },
  );
  expect(two.strokes.map((stroke) => stroke.places.length)).toEqual([2, 1]);
  expect(two.pointer).toEqual([1, 1]);
  expect(marked(two, { type: "undo" }, 0).strokes.map(({ id }) => id)).toEqual([1]);
  expect(marked(two, { type: "clear" }, 0).strokes).toEqual([]);
});

it("lets a stroke stand, then fade, then go", () => {
  const one = draw({ type: "begin", id: 1, at: [0, 0] });
  const stroke = one.strokes[0];
  if (!stroke) throw new Error("no stroke");
  expect(strength(stroke, STANDS_MS)).toBe(1);
  expect(strength(stroke, STANDS_MS + FADES_MS / 2)).toBe(0.5);
  expect(unfaded(one, STANDS_MS)).toBe(one);
  expect(unfaded(one, STANDS_MS + FADES_MS).strokes).toEqual([]);
});

it("keeps bounds whatever the other page says", () => {
  let all = NO_MARKS;
  for (let id = 0; id < MOST_STROKES + 5; id += 1)
    all = marked(all, { type: "begin", id, at: [0, 0] }, 0);
  expect(all.strokes.length).toBe(MOST_STROKES);
  for (let n = 0; n < MOST_PLACES; n += 1)
    all = marked(all, { type: "draw", id: MOST_STROKES, to: [[0.1, 0.1]] }, 0);
  expect(Math.max(...all.strokes.map(({ places }) => places.length))).toBe(MOST_PLACES);
});

it("reads what it wrote, and nothing else", () => {
  const good: Mark[] = [
    { type: "point", at: [0.2, 1] },
    { type: "away" },
    { type: "begin", id: 3, at: [0, 0] },
    { type: "draw", id: 3, to: [[0, 1]] },
    { type: "undo" },
    { type: "clear" },
  ];
  for (const mark of good) expect(readMark(JSON.stringify(mark))).toEqual(mark);
  for (const bad of [
    "no json",
    "null",
    '{"type":"point","at":[2,0]}',
    '{"type":"point","at":[0]}',
    '{"type":"begin","id":"1","at":[0,0]}',
    `{"type":"draw","id":1,"to":[${"[0,0],".repeat(64)}[0,0]]}`,
    " ".repeat(5000),
    new ArrayBuffer(2),
  ])
    expect(readMark(bad)).toBeNull();
});
