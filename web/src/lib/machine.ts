/** A pure reducer `(state, event) => [state, effects]` run by React. */

import { useCallback, useEffect, useRef, useState } from "react";

export type Step<S, F> = readonly [S, readonly F[]];
export type Reducer<S, E, F> = (state: S, event: E) => Step<S, F>;

/** Runs `reduce`; each effect goes to the newest `perform` right after the state it came with. */
export function useMachine<S, E, F>(
  reduce: Reducer<S, E, F>,
  initial: S | (() => S),
  perform: (effect: F, send: (event: E) => void) => void,
): readonly [S, (event: E) => void] {
  const [shown, show] = useState(initial);
  const state = useRef(shown);
  const performer = useRef(perform);
  useEffect(() => {
    performer.current = perform;
  });

  const send = useCallback(
    (event: E) => {
      const [next, effects] = reduce(state.current, event);
      state.current = next;
      show(next);
      for (const effect of effects) performer.current(effect, send);
    },
    [reduce],
  );
  return [shown, send];
}
