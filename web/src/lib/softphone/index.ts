export { type Line, type LineEvent, loadLine } from "./line";
export * from "./reducer";
