/** Small settings that stay in this browser. A broken or missing entry gives the default. */

import { useCallback, useState } from "react";

export function recall<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`trunkline.${key}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function keep<T>(key: string, value: T): void {
  localStorage.setItem(`trunkline.${key}`, JSON.stringify(value));
}

/** useState that is still there after a reload. */
export function useKept<T>(key: string, otherwise: T): readonly [T, (value: T) => void] {
  const [value, setValue] = useState(() => recall(key, otherwise));
  const change = useCallback(
    (next: T) => {
      keep(key, next);
      setValue(next);
    },
    [key],
  );
  return [value, change];
}
