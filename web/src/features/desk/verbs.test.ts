import { expect, it } from "vitest";
import { priorityOf, solving, wrapUpFrom } from "./verbs";

it("high impact and high urgency is P1, low and low is P4", () => {
  expect(priorityOf(1, 1)).toBe("P1");
  expect(priorityOf(1, 2)).toBe("P2");
  expect(priorityOf(2, 2)).toBe("P3");
  expect(priorityOf(3, 3)).toBe("P4");
});

it("a draft without a word about tickets sends none", () => {
  expect(wrapUpFrom({ disposition: "login", note: "n" }).ticket).toBeNull();
});

it("appending names the ticket and whether it is solved", () => {
  const ticket = wrapUpFrom({ ticket_action: "append", ticket_id: "t1", solved: true }).ticket;
  expect(ticket).toEqual({ action: "append", ticket_id: "t1", solved: true });
});

it("a new ticket has a class and a priority even when the agent chose none", () => {
  const ticket = wrapUpFrom({ ticket_action: "new", ticket_title: "x" }).ticket;
  expect(ticket).toMatchObject({ class: "technical", impact: 3, urgency: 3, solved: false });
});

it("a new ticket without a title is named by the first line of the note, or by the server", () => {
  const titled = (note: string) =>
    wrapUpFrom({ ticket_action: "new", ticket_title: "", note }).ticket;
  expect(titled("Cannot sign in\nsince Monday")).toMatchObject({ title: "Cannot sign in" });
  expect(titled("")).toMatchObject({ title: null });
});

it("what was solved in the call gets a ticket of its own unless another was chosen", () => {
  expect(solving({})).toEqual({ ticket_action: "new", solved: true });
  expect(solving({ ticket_action: "append", solved: true })).toEqual({
    ticket_action: "append",
    solved: false,
  });
  expect(solving({ ticket_action: "none" })).toBeUndefined();
});
