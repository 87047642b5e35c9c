/**
 * Checked by the compiler, never run: what the server describes is what the pages take it for.
 *
 * `openapi.gen.d.ts` is drawn from /openapi.json by `npm run gen`. Each reply of a route in `paths`
 * must fit the page's type of it; a route that the server does not have is an error too.
 */

import type { paths as Served } from "./openapi.gen";
import type { paths as Used } from "./paths";

type Method = "get" | "post" | "put" | "patch" | "delete";

/** "/a/{x}/b" and "/a/{id}/b" are one route. */
type Shape<P> = P extends `${infer A}{${string}}${infer B}` ? `${A}{}${Shape<B>}` : P;
type Find<P> = {
  [S in keyof Served]: Shape<S> extends `/api/v1${Shape<P> & string}` ? Served[S] : never;
}[keyof Served];

type Success<O> = O extends { responses: infer R }
  ? R[keyof R & (200 | 201 | 202)] extends { content: { "application/json": infer B } }
    ? B
    : unknown
  : "the server has no such route";

/** What has a default is described as optional, yet always sent. */
type Sent<T> = T extends (infer E)[]
  ? Sent<E>[]
  : T extends object
    ? { [K in keyof T]-?: Sent<T[K]> }
    : T;

type Fits<P extends keyof Used, M extends keyof Used[P]> =
  Sent<Success<Find<P>[M & keyof Find<P>]>> extends Success<Used[P][M]> ? never : [P, M];

/** Every route that disagrees, by name; `never` when all agree. */
export type Disagreement = {
  [P in keyof Used]: { [M in keyof Used[P] & Method]: Fits<P, M> }[keyof Used[P] & Method];
}[keyof Used];

/** Fails to compile with the names of the routes that disagree. */
export const agreed: [Disagreement] extends [never] ? true : Disagreement = true;
