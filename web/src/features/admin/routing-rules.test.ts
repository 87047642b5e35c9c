import { expect, it } from "vitest";
import type { RoutingRules } from "@/lib/api";
import { fieldsOf, inOrder, rulesOf } from "./routing-rules";

const RULES: RoutingRules = {
  order: {
    kind: "index",
    level_weights: { gold: 4, diamond: 4 },
    tag_weights: [],
    contract_weight: 1,
    repeat_weight: 1,
    priority_unit: 40,
    age_s: 300,
    off_primary: 1,
    vip_from: "gold",
    jump_from: null,
    due_lead_s: 120,
    starving_s: 0,
    late_weight: 1,
    ring_s: 3,
  },
  sharing: { keep_idle: 1, after_s: 4, idle_bonus: 5, flexibility: 0, reserve: 25, helping: 2 },
  experts: [],
  capacity: {
    voice: 1,
    chat: 3,
    email: 2,
    task: 2,
    interruptible: ["email", "task"],
    beside: [["chat", "email"]],
    channels: {
      chat_offer_s: 45,
      email_offer_s: 180,
      task_offer_s: 180,
      chat_target_s: 60,
      email_target_s: 14_400,
      task_target_s: 28_800,
    },
    own: [],
  },
};
const order = (changes: Partial<RoutingRules["order"]>) =>
  inOrder({ ...RULES.order, ...changes }).map(({ level, waited_s }) => `${level} ${waited_s}`);

it("levels without a weight are neutral in the form and not sent", () => {
  expect(fieldsOf(RULES).order.level_weights.silver).toBe(1);
  expect(rulesOf(fieldsOf(RULES))).toEqual(RULES);
});

it("channels that run beside each other are chosen by one name", () => {
  const fields = fieldsOf(RULES);
  expect(fields.capacity.beside).toEqual(["chat+email"]);
  const paired = { ...fields, capacity: { ...fields.capacity, beside: ["voice+task"] } };
  expect(rulesOf(paired).capacity.beside).toEqual([["voice", "task"]]);
});

it("by the index a heavy customer goes first until a plain one has waited long enough", () => {
  expect(order({})[0]).toBe("gold 20");
  expect(order({ age_s: 20 })[0]).toBe("regular 240");
});

it("by time of entry who waits longest goes first, by priority who has the highest level", () => {
  expect(order({ kind: "fifo" })[0]).toBe("regular 240");
  expect(order({ kind: "priority" })[0]).toBe("diamond 5");
});

it("who starves goes before who jumps, and who jumps before all others", () => {
  expect(order({ jump_from: "diamond" })[0]).toBe("diamond 5");
  expect(order({ jump_from: "diamond", starving_s: 200 })[0]).toBe("regular 240");
});

it("who can still be answered in time goes before who cannot, until they starve", () => {
  const plain = { level_weights: {}, age_s: 3000 };
  expect(order(plain)[0]).toBe("regular 240");
  expect(order({ ...plain, late_weight: 0.5 })[0]).toBe("diamond 5");
  expect(order({ ...plain, late_weight: 0.5, starving_s: 300 })[0]).toBe("regular 240");
});

it("a contract and a repeated call weigh", () => {
  expect(order({ contract_weight: 50 })[0]).toBe("regular 60");
  expect(order({ repeat_weight: 50 })[0]).toBe("regular 30");
});
