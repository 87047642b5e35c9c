/** Who of the chosen agents would match a requirement now, and whom each step over the wait adds. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Form } from "antd";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { api, type RequirementStep, unwrap } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { Chip } from "@/ui/parts";
import { type QueueFields, useAgentChoice } from "./queue-fields";

const SHOWN = 24;

export function Matches() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<QueueFields>();
  const requirement = Form.useWatch("requirement", form) ?? "";
  const agents = Form.useWatch("agents", form) ?? [];
  const relaxing = (Form.useWatch("relaxing", form) ?? [])
    .filter((step) => step?.after_s)
    .map((step) => ({ after_s: step.after_s, requirement: step.requirement ?? "" }));
  const body = useDeferredValue(JSON.stringify({ requirement, relaxing, agents }));
  const query = useQuery({
    queryKey: ["requirement-check", body],
    queryFn: () => unwrap(api.POST("/queues/requirement-check", { body: JSON.parse(body) })),
    placeholderData: keepPreviousData,
  });
  const names = new Map(useAgentChoice().map(({ value, label }) => [value, label]));
  return (
    <section aria-label={t("queue.would_match")} className="matches">
      <h3 className="form-part">{t("queue.would_match")}</h3>
      <ol>
        {query.data?.steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps may be alike, their order is what they are
          <li key={at}>
            <Step step={step} names={names} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Step({ step, names }: { step: RequirementStep; names: Map<string, string> }) {
  const { t } = useTranslation();
  const words = useCodeWords();
  const fault = (code: string) => words("requirement_fault", code);
  const ready = step.agents.filter((one) => one.ready).length;
  return (
    <>
      <div className="row between">
        <b>{step.after_s ? t("queue.from_s", { s: step.after_s }) : t("queue.from_start")}</b>
        {!step.fault && (
          <span className="muted num">
            {t("queue.match_count", { count: step.agents.length, ready })}
          </span>
        )}
      </div>
      <code>{step.requirement || t("queue.anybody")}</code>
      {step.fault ? (
        <p className="fault" role="alert">
          {t("queue.fault_at", { at: step.fault.position + 1 })} {fault(step.fault.code)}
        </p>
      ) : (
        <span className="row wrap" style={{ gap: 4 }}>
          {step.agents.slice(0, SHOWN).map((one) => (
            <Chip key={one.agent_id} tone={one.ready ? "ok" : "neutral"}>
              {names.get(one.agent_id) ?? one.agent_id}
            </Chip>
          ))}
          {step.agents.length > SHOWN && <Chip>+{step.agents.length - SHOWN}</Chip>}
          {step.agents.length === 0 && <Chip tone="warn">{t("queue.nobody")}</Chip>}
        </span>
      )}
    </>
  );
}
