/** The tenant's routing rules as a form holds them, and whom they would serve first. */

import type { Channel, Level, RoutingRules } from "@/lib/api";

export const LEVELS: Level[] = ["regular", "silver", "gold", "platinum", "diamond"];
export const ORDERINGS = ["index", "gc_mu", "score", "priority", "fifo"] as const;

type Order = RoutingRules["order"];
export const CHANNELS: Channel[] = ["voice", "chat", "email", "task"];

/** As the rules, but for the pairs, which are chosen by one name each. */
export type RoutingFields = Omit<RoutingRules, "capacity"> & {
  capacity: Omit<RoutingRules["capacity"], "beside"> & { beside: string[] };
};

/** Every level has a weight of its own in the form; 1 is neutral. */
export function fieldsOf({ order, sharing, experts, capacity }: RoutingRules): RoutingFields {
  const weights = Object.fromEntries(LEVELS.map((one) => [one, order.level_weights[one] ?? 1]));
  const pairs = capacity.beside.map(pairName);
  return {
    order: { ...order, level_weights: weights },
    sharing,
    experts,
    capacity: { ...capacity, beside: pairs },
  };
}

/** What is sent: neutral weights are left out, as they say nothing. */
export function rulesOf({ order, sharing, experts, capacity }: RoutingFields): RoutingRules {
  const weights = Object.entries(order.level_weights).filter(([, weight]) => weight !== 1);
  return {
    order: {
      ...order,
      level_weights: Object.fromEntries(weights),
      jump_from: order.jump_from ?? null,
    },
    sharing,
    experts,
    capacity: {
      ...capacity,
      beside: capacity.beside.map((pair) => pair.split("+") as Channel[]),
    },
  };
}

/** Channels that may run beside each other, in the order of the channels. */
export const PAIRS = CHANNELS.flatMap((one, at) =>
  CHANNELS.slice(at + 1).map((other) => `${one}+${other}`),
);

const pairName = (pair: Channel[]): string =>
  [...pair].sort((a, b) => CHANNELS.indexOf(a) - CHANNELS.indexOf(b)).join("+");

export interface Caller {
  level: Level;
  waited_s: number;
  contract: boolean;
  repeated: boolean;
}

export const SAMPLES: Caller[] = [
  { level: "regular", waited_s: 240, contract: false, repeated: false },
  { level: "regular", waited_s: 60, contract: true, repeated: false },
  { level: "regular", waited_s: 30, contract: false, repeated: true },
  { level: "gold", waited_s: 20, contract: false, repeated: false },
  { level: "diamond", waited_s: 5, contract: false, repeated: false },
];

export interface Placed extends Caller {
  score: number;
  head: "starves" | "jumps" | null;
  late: boolean;
}

/** The usual service level of a queue, and from which part of the longest wait on nobody newer goes first. */
const IN_TIME_S = 20;
const STARVING_FROM = 0.7;

/** The samples in the order in which a free agent of one queue would take them. */
export function inOrder(order: Order, callers: Caller[] = SAMPLES): Placed[] {
  return callers
    .map((one) => ({
      ...one,
      score: score(order, one),
      head: head(order, one),
      late: isLate(order, one.waited_s),
    }))
    .sort(
      (a, b) => rank(a) - rank(b) || (a.head ? 0 : b.score - a.score) || b.waited_s - a.waited_s,
    );
}

const points = (level: Level) => LEVELS.indexOf(level) * 10;

function score(order: Order, { level, waited_s, contract, repeated }: Caller): number {
  const weight =
    (order.level_weights[level] ?? 1) *
    (contract ? order.contract_weight : 1) *
    (repeated ? order.repeat_weight : 1);
  switch (order.kind) {
    case "index":
      return (
        weight *
        (1 + waited_s / (order.age_s || 1)) *
        (isLate(order, waited_s) ? order.late_weight : 1)
      );
    case "gc_mu":
      return weight * waited_s;
    case "score":
      return points(level) + waited_s;
    case "priority":
      return points(level);
    case "fifo":
      return waited_s;
  }
}

const isLate = (order: Order, waited_s: number) =>
  order.kind === "index" && order.late_weight !== 1 && waited_s >= IN_TIME_S - order.ring_s;

function head(order: Order, { level, waited_s }: Caller): Placed["head"] {
  if (order.starving_s > 0 && waited_s >= order.starving_s * STARVING_FROM) return "starves";
  const jumps = order.jump_from && LEVELS.indexOf(level) >= LEVELS.indexOf(order.jump_from);
  return jumps ? "jumps" : null;
}

const rank = ({ head }: Placed) => (head === "starves" ? 0 : head === "jumps" ? 1 : 2);
