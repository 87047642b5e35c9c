/** The course of a leg's MOS as the points of a line. */

const LEAST = 1;
const MOST = 4.5;
const EDGE = 2;

/** `x,y` pairs within the box; a lone point is drawn as a level line. */
export function course(
  points: readonly { at: string; mos: number }[],
  width: number,
  height: number,
): string {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return "";
  const began = Date.parse(first.at);
  const whole = Date.parse(last.at) - began;
  const y = (mos: number) => {
    const part = (Math.min(MOST, Math.max(LEAST, mos)) - LEAST) / (MOST - LEAST);
    return (height - EDGE - part * (height - 2 * EDGE)).toFixed(1);
  };
  if (whole <= 0) return `0,${y(first.mos)} ${width},${y(first.mos)}`;
  return points
    .map(({ at, mos }) => `${(((Date.parse(at) - began) / whole) * width).toFixed(1)},${y(mos)}`)
    .join(" ");
}
