import "./showing.css";

export { Board, type Tool } from "./board";
export { DropZone, PassedFiles, SendFile, useSending } from "./files";
export { Picture } from "./picture";
export { Trouble } from "./trouble";
