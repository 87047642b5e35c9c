/** Why something could not be shown or sent, in the reader's language. */

import { useTranslation } from "react-i18next";
import { useRefusalWords } from "@/lib/i18n";

export function useTrouble(): (code: string) => string {
  const { t, i18n } = useTranslation();
  const say = useRefusalWords();
  return (code) => {
    const key = `showing.trouble.${code}`;
    return i18n.exists(key) ? t(key as "showing.trouble.connection") : say(code);
  };
}

export function Trouble({ code }: { code: string | null }) {
  const say = useTrouble();
  return code ? (
    <p role="alert" className="chip bad tall">
      {say(code)}
    </p>
  ) : null;
}
