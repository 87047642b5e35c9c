/**
 * The shared screen with the marks upon it: the agent points and draws, the customer sees it.
 *
 * Both draw the same marks over the same picture. The canvas lies exactly on the picture, because
 * its frame has the picture's own ratio.
 */

import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type Mark, type Marks, type Place, strength, unfaded } from "@/lib/showing";
import { Picture } from "./picture";

const INK = "#e5007a";
const EDGE = "#ffffff";
const POINTS_EVERY_MS = 33;
const MOST_PLACES = 60;

export type Tool = "point" | "draw";

interface Props {
  stream: MediaStream | null | undefined;
  label: string;
  marks: { current: Marks };
  /** The agent's tool, and where its marks go; the customer only looks. */
  tool?: Tool;
  mark?: (mark: Mark) => void;
  children?: ReactNode;
}

export function Board({ stream, label, marks, tool, mark, children }: Props) {
  const [ratio, setRatio] = useState(16 / 9);
  const canvas = useRef<HTMLCanvasElement>(null);
  useDrawn(canvas, marks);
  const hand = useHand(canvas, tool, mark);
  return (
    <div className="board">
      <div className="board-frame" style={{ aspectRatio: ratio, ["--ratio" as string]: ratio }}>
        <Picture stream={stream} label={label} sized={setRatio} />
        <canvas
          ref={canvas}
          className={mark ? `board-marks ${tool}` : "board-marks still"}
          aria-hidden
          {...hand}
        />
      </div>
      {children}
    </div>
  );
}

/** Pointer events as marks: a moved pointer points, a pressed one draws. */
function useHand(
  canvas: { current: HTMLCanvasElement | null },
  tool: Tool | undefined,
  mark: ((mark: Mark) => void) | undefined,
) {
  const stroke = useRef<number | null>(null);
  const unsent = useRef<Place[]>([]);
  const last = useRef(0);
  if (!mark) return {};

  const flush = () => {
    if (stroke.current !== null && unsent.current.length > 0)
      mark({ type: "draw", id: stroke.current, to: unsent.current.splice(0, MOST_PLACES) });
  };
  const place = (event: PointerEvent): Place => {
    const box = canvas.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    const share = (at: number, from: number, size: number) =>
      Math.round(Math.min(1, Math.max(0, (at - from) / size)) * 10_000) / 10_000;
    return [
      share(event.clientX, box.left, box.width),
      share(event.clientY, box.top, box.height),
    ] as const;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (tool !== "draw" || event.button !== 0) return;
      canvas.current?.setPointerCapture(event.pointerId);
      stroke.current = Math.floor(Math.random() * 2 ** 40);
      mark({ type: "begin", id: stroke.current, at: place(event) });
    },
    onPointerMove: (event: PointerEvent) => {
      const now = performance.now();
      if (stroke.current !== null) unsent.current.push(place(event));
      if (now - last.current < POINTS_EVERY_MS) return;
      last.current = now;
      if (stroke.current !== null) flush();
      else mark({ type: "point", at: place(event) });
    },
    onPointerUp: () => {
      flush();
      stroke.current = null;
    },
    onPointerCancel: () => {
      flush();
      stroke.current = null;
    },
    onPointerLeave: () => {
      if (stroke.current === null) mark({ type: "away" });
    },
  };
}

/** Draws the marks as they are, each frame while there are any. */
function useDrawn(canvas: { current: HTMLCanvasElement | null }, marks: { current: Marks }): void {
  useEffect(() => {
    let frame = 0;
    let empty = false;
    const draw = () => {
      frame = requestAnimationFrame(draw);
      const now = performance.now();
      marks.current = unfaded(marks.current, now);
      const { pointer, strokes } = marks.current;
      const nothing = !pointer && strokes.length === 0;
      if ((nothing && empty) || !canvas.current) return;
      empty = nothing;
      paint(canvas.current, marks.current, now);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [canvas, marks]);
}

function paint(canvas: HTMLCanvasElement, { pointer, strokes }: Marks, now: number): void {
  const dense = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== width * dense) canvas.width = width * dense;
  if (canvas.height !== height * dense) canvas.height = height * dense;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.setTransform(dense, 0, 0, dense, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.globalAlpha = strength(stroke, now);
    const line = new Path2D();
    for (const [x, y] of stroke.places) line.lineTo(x * width, y * height);
    const [first] = stroke.places;
    if (stroke.places.length === 1 && first) line.arc(first[0] * width, first[1] * height, 1, 0, 7);
    for (const [ink, size] of [
      [EDGE, 7],
      [INK, 4],
    ] as const) {
      pen.strokeStyle = ink;
      pen.lineWidth = size;
      pen.stroke(line);
    }
  }
  pen.globalAlpha = 1;
  if (pointer) {
    const dot = new Path2D();
    dot.arc(pointer[0] * width, pointer[1] * height, 9, 0, 2 * Math.PI);
    pen.fillStyle = `${INK}66`;
    pen.fill(dot);
    pen.strokeStyle = EDGE;
    pen.lineWidth = 4;
    pen.stroke(dot);
    pen.strokeStyle = INK;
    pen.lineWidth = 2;
    pen.stroke(dot);
  }
}
