/** The grid of agents and skills as values: what is typed and pasted, and what of it is new. */

/** By username, then by skill; no level where the skill is not held. */
export type Grid = Record<string, Record<string, number>>;

export interface Place {
  row: number;
  column: number;
}

/** A level as it is typed: 1 to 5; anything else is none. */
export function levelOf(text: string): number | null {
  const level = Number(text.trim());
  return Number.isInteger(level) && level >= 1 && level <= 5 ? level : null;
}

export function withLevel(grid: Grid, user: string, skill: string, level: number | null): Grid {
  const { [skill]: _, ...rest } = grid[user] ?? {};
  return { ...grid, [user]: level === null ? rest : { ...rest, [skill]: level } };
}

/** What a spreadsheet puts on the clipboard, laid over the grid from a place on. */
export function withPasted(
  grid: Grid,
  users: string[],
  skills: string[],
  at: Place,
  text: string,
): Grid {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  let next = grid;
  lines.forEach((line, down) => {
    line.split("\t").forEach((cell, right) => {
      const user = users[at.row + down];
      const skill = skills[at.column + right];
      if (user && skill) next = withLevel(next, user, skill, levelOf(cell));
    });
  });
  return next;
}

/** The best level that each agent has of each skill by the sets that he holds; by username. */
export function grantedBy(
  agents: { username: string; skill_sets: { id: string }[] }[],
  sets: { id: string; skills: Record<string, number> }[],
): Grid {
  const skills = new Map(sets.map((one) => [one.id, one.skills]));
  const granted = agents.map(({ username, skill_sets }) => {
    const held: Record<string, number> = {};
    for (const { id } of skill_sets)
      for (const [skill, level] of Object.entries(skills.get(id) ?? {}))
        held[skill] = Math.max(held[skill] ?? 0, level);
    return [username, held] as const;
  });
  return Object.fromEntries(granted);
}

/** The rows that differ, whole. */
export function changedRows(before: Grid, after: Grid): Grid {
  const changed = Object.entries(after).filter(
    ([user, skills]) => text(before[user] ?? {}) !== text(skills),
  );
  return Object.fromEntries(changed);
}

const text = (skills: Record<string, number>) => JSON.stringify(Object.entries(skills).sort());
