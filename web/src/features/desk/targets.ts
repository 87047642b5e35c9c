/** What the search box offers: colleagues, queues and a typed number, favourites first. */

import type { Targets, Whom } from "@/lib/api";

export type Colleague = Targets["colleagues"][number];
export type QueueTarget = Targets["queues"][number];

export type Choice =
  | { key: string; kind: "colleague"; to: Whom; colleague: Colleague }
  | { key: string; kind: "queue"; to: Whom; queue: QueueTarget }
  | { key: string; kind: "number"; to: Whom; number: string };

const NUMBER = /^\+?[0-9][0-9 ()-]{2,24}$/;

export function choices(targets: Targets | undefined, typed: string, liked: string[]): Choice[] {
  const colleagues = (targets?.colleagues ?? []).map(
    (colleague): Choice => ({
      key: `agent-${colleague.id}`,
      kind: "colleague",
      to: { agent: colleague.id },
      colleague,
    }),
  );
  const queues = (targets?.queues ?? []).map(
    (queue): Choice => ({
      key: `queue-${queue.id}`,
      kind: "queue",
      to: { queue: queue.id },
      queue,
    }),
  );
  const all = [...colleagues, ...queues];
  const first = all.filter(({ key }) => liked.includes(key));
  const others = all.filter(({ key }) => !liked.includes(key));
  return [...first, ...others, ...numberOf(typed)];
}

/**
 * The colleagues whom a caller without a call means: whose extension was typed, else all who fit.
 * The first is called by Enter.
 */
export function called(targets: Targets | undefined, typed: string): Colleague[] {
  const colleagues = targets?.colleagues ?? [];
  const exact = colleagues.filter(({ extension }) => extension === typed.trim());
  return exact.length > 0 ? exact : colleagues;
}

function numberOf(typed: string): Choice[] {
  const number = typed.trim();
  return NUMBER.test(number) ? [{ key: "number", kind: "number", to: { number }, number }] : [];
}

/**
 * A queue takes a customer whenever it is there; to be consulted somebody has to be free in it. A
 * message can be left for whoever is not there.
 */
export function mayBe(
  how: "transfer" | "consult" | "conference" | "message",
  choice: Choice,
): boolean {
  if (how === "message") return choice.kind !== "number";
  if (choice.kind === "colleague") return choice.colleague.can_come;
  if (choice.kind === "queue") return how === "transfer" || choice.queue.free > 0;
  return true;
}
