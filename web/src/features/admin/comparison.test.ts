import { expect, it } from "vitest";
import type { SimulatedFigure, Simulation } from "@/lib/api";
import { better, digits, rowsOf } from "./comparison";

const figure = (mean: number, half: number | null): SimulatedFigure => ({
  was: 0,
  published: { mean: 0, half },
  draft: { mean, half },
  difference: { mean, half },
});

it("a higher service level is better, longer waits and more abandons are worse", () => {
  expect(better("sl", figure(3, 1))).toBe("ok");
  expect(better("sl", figure(-3, 1))).toBe("bad");
  expect(better("asa_s", figure(3, 1))).toBe("bad");
  expect(better("abandon", figure(-3, 1))).toBe("ok");
});

it("what may be chance is neither", () => {
  expect(better("sl", figure(1, 1))).toBeNull();
  expect(better("sl", figure(9, null))).toBeNull();
});

it("everybody comes first, then queues, levels, and what is written", () => {
  const figures = { sl: figure(1, 0) };
  const result = {
    stays: 1,
    overall: figures,
    queues: { q: figures },
    levels: { gold: figures },
    channels: { chat: figures },
  };
  const rows = rowsOf({ result } as unknown as Simulation);
  expect(rows.map(({ kind, name }) => [kind, name])).toEqual([
    ["overall", ""],
    ["queue", "q"],
    ["level", "gold"],
    ["channel", "chat"],
  ]);
  expect(rowsOf({ result: null } as unknown as Simulation)).toEqual([]);
});

it("nothing is told as less than nothing", () => {
  expect(digits(-0.01)).toBe("0.0");
  expect(digits(-1.25)).toBe("-1.3");
});
