/** Abilities as they are typed, and as a requirement asks for them. */

const TAG = /^\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*=\s*([^"\n]*[^"\s])\s*$/u;
/** Names that requirements know already. */
const TAKEN = ["lang", "language", "cert", "certification", "region", "team", "tier"];
const PLAIN = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

export const tagText = ([name, value]: [string, string]) => `${name}=${value}`;

/** Name and value of a tag typed as `name=value`; null when it is none, or the name is taken. */
export function tagOf(text: string): [[string, string]] | null {
  const [, name, value] = TAG.exec(text) ?? [];
  if (!name || !value || TAKEN.includes(name.toLowerCase())) return null;
  return [[name, value]];
}

/** A value as a requirement writes it. */
export const quoted = (value: string) => (PLAIN.test(value) ? value : `"${value}"`);
