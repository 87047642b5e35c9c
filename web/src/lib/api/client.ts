/** One typed client for the whole API; a refusal becomes a `Refusal` that carries its problem. */

import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./paths";
import type { Problem } from "./types";

export const API_PREFIX = "/api/v1";
const CSRF_KEY = "trunkline.csrf";

/** A reply that was not a success: RFC 9457 problem, or `unreachable` when nobody answered. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.code = problem.code;
    this.status = problem.status;
  }
}

/** The token that a changing request must carry; it lives as long as the cookie it belongs to. */
export const csrf = {
  keep: (token: string | null) => token && localStorage.setItem(CSRF_KEY, token),
  forget: () => localStorage.removeItem(CSRF_KEY),
  token: () => localStorage.getItem(CSRF_KEY),
};

const guard: Middleware = {
  onRequest({ request }) {
    const token = csrf.token();
    if (token && request.method !== "GET") request.headers.set("X-CSRF-Token", token);
    return request;
  },
};

export const api = createClient<paths>({
  baseUrl: API_PREFIX,
  credentials: "same-origin",
  fetch: (request) => globalThis.fetch(request),
});
api.use(guard);

type Reply<R> = { data?: R; error?: unknown; response: Response };

/** The body of a success, or a thrown `Refusal`. */
export async function unwrap<R>(pending: Promise<Reply<R>>): Promise<R> {
  const reply = await pending.catch((cause: unknown) => {
    if (cause instanceof TypeError) throw new Refusal({ status: 0, code: "unreachable" });
    throw cause;
  });
  if (reply.response.ok) return reply.data as R;
  throw new Refusal(asProblem(reply.error, reply.response.status));
}

function asProblem(body: unknown, status: number): Problem {
  const known = typeof body === "object" && body !== null && "code" in body;
  return known ? (body as Problem) : { status, code: status >= 500 ? "failed" : `http_${status}` };
}

/** The page may know only the code: say it in the reader's language, else in the server's words. */
export function codeOf(error: unknown): string {
  return error instanceof Refusal ? error.code : "failed";
}
