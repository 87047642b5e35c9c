/** The outcome: the disposition and what becomes of the ticket. Both may be set during the call. */

import { useQuery } from "@tanstack/react-query";
import { Cascader } from "antd";
import { useTranslation } from "react-i18next";
import type { Disposition, Work } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { useWords } from "@/lib/i18n";
import { Panel } from "@/ui/parts";
import { useDesk } from "./context";
import { dispositionsOf } from "./dispositions";
import { TicketChoice } from "./ticket-choice";

export function Outcome({ work }: { work: Work }) {
  const { t } = useTranslation();
  const { state, send } = useDesk();
  return (
    <Panel title={t("outcome.title")}>
      <div className="stack">
        <DispositionChoice
          queue={work.queue_id}
          chosen={state.draft?.body.disposition ?? work.wrap_up?.disposition ?? null}
          choose={(disposition) => send({ type: "draft.edited", patch: { disposition } })}
        />
        <TicketChoice interaction={work.interaction_id} />
      </div>
    </Panel>
  );
}

/** Two levels by typing or pointing; the five most used by their digits. */
export function DispositionChoice(props: {
  queue: string | null | undefined;
  chosen: string | null;
  choose: (code: string | null) => void;
}) {
  const { t } = useTranslation();
  const words = useWords();
  const { queue, chosen, choose: set } = props;
  const { data } = useQuery({ ...dispositionsOf(queue ?? ""), enabled: Boolean(queue) });
  const flat = (data?.items ?? []).flatMap((one) => [one, ...(one.children ?? [])]);
  const top = (data?.top ?? [])
    .flatMap((code) => flat.find((one) => one.code === code) ?? [])
    .slice(0, 5);
  const digits = top.map((one, at) => [String(at + 1), () => set(one.code)]);
  useHotkeys(Object.fromEntries(digits));
  return (
    <div className="stack" style={{ gap: 8 }}>
      <h3 id="disposition-label">{t("disposition.title")}</h3>
      <Cascader
        options={optionsOf(data?.items ?? [], words)}
        value={pathTo(data?.items ?? [], chosen)}
        onChange={(path) => set((path?.at(-1) as string | undefined) ?? null)}
        placeholder={t("disposition.placeholder")}
        aria-labelledby="disposition-label"
        showSearch
        changeOnSelect={false}
        expandTrigger="hover"
        displayRender={(labels) => labels.join(" / ")}
        style={{ width: "100%" }}
      />
      <div className="row wrap">
        {top.map((one, at) => (
          <button
            key={one.code}
            type="button"
            className={`quick ${chosen === one.code ? "on" : ""}`}
            aria-pressed={chosen === one.code}
            onClick={() => set(one.code)}
          >
            <kbd>{at + 1}</kbd> {words(one.label)}
          </button>
        ))}
      </div>
    </div>
  );
}

type Option = { value: string; label: string; children?: Option[] };

function optionsOf(tree: Disposition[], words: (label: Disposition["label"]) => string): Option[] {
  return tree
    .filter(({ active }) => active)
    .map(({ code, label, children }) => ({
      value: code,
      label: words(label),
      ...(children?.length ? { children: optionsOf(children, words) } : {}),
    }));
}

function pathTo(tree: Disposition[], code: string | null): string[] {
  for (const one of tree) {
    if (one.code === code) return [one.code];
    if (one.children?.some((child) => child.code === code)) return [one.code, code as string];
  }
  return [];
}
