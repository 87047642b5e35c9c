/** The list behind `?`. */

import { Modal } from "antd";
import { useTranslation } from "react-i18next";

const GROUPS = {
  offer: ["accept:A", "decline:D", "here:R", "fetch:F"],
  call: [
    "mute:M",
    "hold:H",
    "keypad:K",
    "transfer:T",
    "park:Shift P",
    "give_back:Shift Q",
    "hang_up:Shift X",
    "verify:V",
    "copy:C",
    "note:N",
  ],
  wrap_up: [
    "top_five:1 – 5",
    "more:+",
    "append:P",
    "new_ticket:W",
    "no_ticket:O",
    "solved:S",
    "finish:Ctrl ↵",
  ],
  pages: ["desk:Ctrl J", "interactions:Ctrl I", "list:?"],
} as const;

export function Shortcuts({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} onCancel={close} footer={null} title={t("shortcuts.title")} width={620}>
      <p className="muted">{t("shortcuts.typing")}</p>
      <ul className="shortcut-list">
        {Object.entries(GROUPS).map(([group, entries]) => [
          <li key={group} className="group">
            {t(`shortcuts.group.${group as keyof typeof GROUPS}`)}
          </li>,
          ...entries.map((entry) => <Entry key={entry} entry={entry} />),
        ])}
      </ul>
    </Modal>
  );
}

type Name<E> = E extends `${infer N}:${string}` ? N : never;
type Known = Name<(typeof GROUPS)[keyof typeof GROUPS][number]>;

function Entry({ entry }: { entry: string }) {
  const { t } = useTranslation();
  const [name = "", keys = ""] = entry.split(":");
  return (
    <li>
      {t(`shortcuts.${name as Known}`)}
      <span className="row">
        {keys.split(" ").map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </span>
    </li>
  );
}
