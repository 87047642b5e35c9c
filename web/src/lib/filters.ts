/** The filters of a list live in the address: they survive a reload and can be sent to somebody. */

import { useSearchParams } from "react-router";

export interface Filters<Name extends string> {
  /** What is chosen; a filter that is not has no entry. */
  chosen: Partial<Record<Name, string>>;
  /** Changes some of them; null, undefined and "" take a filter away. */
  choose: (patch: Partial<Record<Name, string | null | undefined>>) => void;
}

export function useFilters<Name extends string>(names: readonly Name[]): Filters<Name> {
  const [params, setParams] = useSearchParams();
  const chosen: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = params.get(name);
    if (value) chosen[name] = value;
  }
  const choose: Filters<Name>["choose"] = (patch) =>
    setParams((old) => {
      for (const [name, value] of Object.entries<string | null | undefined>(patch)) {
        if (value) old.set(name, value);
        else old.delete(name);
      }
      return old;
    });
  return { chosen, choose };
}
