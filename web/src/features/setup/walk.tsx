/** The walk: seven steps, each by itself, left and resumed at will. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { Circle, CircleCheck, PartyPopper } from "lucide-react";
import { type ComponentType, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type SetupStep, type SetupStepName, unwrap } from "@/lib/api";
import { Await, Blank, Panel, useSayRefusal } from "@/ui/parts";
import { HoursStep } from "./step-hours";
import { NumberStep } from "./step-number";
import { OrganisationStep } from "./step-organisation";
import { QueueStep } from "./step-queue";
import { TestCallStep } from "./step-test-call";
import { TrunkStep } from "./step-trunk";
import { UsersStep } from "./step-users";

/** A step's form calls `done` when what it is about is there. */
export type StepProps = { done: () => void };

const FORMS: Record<SetupStepName, ComponentType<StepProps>> = {
  organisation: OrganisationStep,
  users: UsersStep,
  number: NumberStep,
  trunk: TrunkStep,
  hours: HoursStep,
  queue: QueueStep,
  test_call: TestCallStep,
};

export function Walk() {
  const query = useQuery({
    queryKey: ["setup"],
    queryFn: () => unwrap(api.GET("/setup")),
    refetchInterval: 10_000,
  });
  return (
    <Await query={query}>
      {({ steps, complete }) => <Steps steps={steps} complete={complete} />}
    </Await>
  );
}

function Steps({ steps, complete }: { steps: SetupStep[]; complete: boolean }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<SetupStepName | null>(null);
  const next = steps.find(({ done }) => !done)?.name ?? null;
  const shown = steps.find(({ name }) => name === (chosen ?? next));
  return (
    <div className="walk">
      <ol className="walk-steps">
        {steps.map((step, at) => (
          <li key={step.name}>
            <button
              type="button"
              className={`walk-step ${step === shown ? "on" : ""}`}
              aria-current={step === shown ? "step" : undefined}
              onClick={() => choose(step.name)}
            >
              {step.done ? (
                <CircleCheck size={17} color="var(--ok)" aria-label={t("setup.done")} />
              ) : (
                <Circle size={17} aria-label={t("setup.open")} />
              )}
              <span>
                {at + 1}. {t(`setup_step.${step.name}`)}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {shown ? (
        <StepView key={shown.name} step={shown} leave={() => choose(null)} />
      ) : (
        complete && <Finished />
      )}
    </div>
  );
}

function StepView({ step, leave }: { step: SetupStep; leave: () => void }) {
  const { t } = useTranslation();
  const take = useTake(step.name, leave);
  const Form = FORMS[step.name];
  return (
    <Panel title={t(`setup_step.${step.name}`)}>
      <div className="stack">
        <p className="muted">{t(`setup_hint.${step.name}`)}</p>
        <Form done={() => take.mutate()} />
        {step.ready && !step.done && (
          <div className="row ready">
            <span className="grow">
              {t("setup.ready")} <span className="strong">{step.detail}</span>
            </span>
            <Button loading={take.isPending} onClick={() => take.mutate()}>
              {t("setup.take")}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function useTake(step: SetupStepName, leave: () => void) {
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: () => unwrap(api.PUT("/setup/{step}", { params: { path: { step } } })),
    onSuccess: (setup) => {
      client.setQueryData(["setup"], setup);
      leave();
    },
    onError: say,
  });
}

function Finished() {
  const { t } = useTranslation();
  return (
    <Panel>
      <Blank icon={PartyPopper} title={t("setup.finished")}>
        <p>{t("setup.finished_hint")}</p>
        <Link to="/">
          <Button type="primary">{t("edge.home")}</Button>
        </Link>
      </Blank>
    </Panel>
  );
}
