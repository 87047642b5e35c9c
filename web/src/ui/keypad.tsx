/** Twelve keys; those of the keyboard work as well while the pad is shown. */

import { useTranslation } from "react-i18next";
import { useHotkeys } from "@/lib/hotkeys";
import "./keypad.css";

const KEYS = [..."123456789*0#"];

export function Keypad({ press }: { press: (digit: string) => void }) {
  const { t } = useTranslation();
  useHotkeys(Object.fromEntries(KEYS.map((key) => [key, () => press(key)])));
  return (
    <fieldset className="keypad" aria-label={t("call.keypad")}>
      {KEYS.map((key) => (
        <button key={key} type="button" onClick={() => press(key)}>
          {key}
        </button>
      ))}
    </fieldset>
  );
}
