/**
 * Keys that work on a whole page.
 *
 * A plain letter counts only while nothing is being typed; with Alt it counts always. The innermost
 * list that knows the key wins, so a form can take the digits from the page behind it.
 */

import { useEffect, useRef } from "react";

export type Keys = Record<string, (() => void) | undefined>;

const stack: { current: Keys }[] = [];

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type))
  );
}

/** "a", "shift+h", "ctrl+enter", "?"; Alt is left out, it only says "also while typing". */
export function nameOf(
  event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">,
): string {
  const letter = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1];
  const base = (event.altKey && letter ? letter : event.key).toLowerCase();
  const shifted = event.shiftKey && /^[a-z]$/.test(base);
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${shifted ? "shift+" : ""}${base}`;
}

function onKey(event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented) return;
  const name = nameOf(event);
  const always = event.altKey || name.startsWith("ctrl+");
  if (!always && isTyping(event.target)) return;
  const layer = stack.findLast((keys) => keys.current[name]);
  if (!layer) return;
  event.preventDefault();
  layer.current[name]?.();
}

export function useHotkeys(keys: Keys): void {
  const layer = useRef(keys);
  useEffect(() => {
    layer.current = keys;
  });
  useEffect(() => {
    if (stack.length === 0) window.addEventListener("keydown", onKey);
    stack.push(layer);
    return () => {
      stack.splice(stack.indexOf(layer), 1);
      if (stack.length === 0) window.removeEventListener("keydown", onKey);
    };
  }, []);
}
