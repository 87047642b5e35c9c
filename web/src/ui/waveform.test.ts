import { expect, it } from "vitest";
import { squeeze } from "./waveform";

it("keeps the loudest peak of each bar", () => {
  expect(squeeze([0.1, 0.9, 0.2, 0.3], 2)).toEqual([0.9, 0.3]);
});

it("stretches few peaks over many bars", () => {
  expect(squeeze([0.5, 1], 4)).toEqual([0.5, 0.5, 1, 1]);
});

it("draws silence where there is nothing", () => {
  expect(squeeze([], 3)).toEqual([0, 0, 0]);
});
