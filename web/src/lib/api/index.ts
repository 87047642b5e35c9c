export { API_PREFIX, api, codeOf, csrf, Refusal, unwrap } from "./client";
export type * from "./types";
