/** What the server refused of an offer, until it is read. */

import { Alert } from "antd";
import { useRefusalWords } from "@/lib/i18n";
import { useDesk } from "./context";

export function RefusalNotice() {
  const { state, send } = useDesk();
  const say = useRefusalWords();
  if (!state.refusal) return null;
  const close = () => send({ type: "refusal.read" });
  return <Alert type="warning" showIcon closable={{ onClose: close }} title={say(state.refusal)} />;
}
