export { canShareScreen } from "./capture";
export * from "./files";
export type { Mark, Marks, Place } from "./marks";
export { strength, unfaded } from "./marks";
export type { Part, SentFile, Stage } from "./state";
export { connects } from "./state";
export { type Meeting, type ShowingHandle, useShowing } from "./use-showing";
