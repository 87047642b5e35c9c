export type { Line, LineEvent } from "./line";
export * from "./reducer";

/** JsSIP comes in its own file, when a phone is first wanted. */
export const loadLine = () => import("./line").then(({ Line }) => Line);
