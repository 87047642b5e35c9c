/** Background work, and the inputs that could not be decided. */

import { useQuery } from "@tanstack/react-query";
import { Button, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type DeadLetter, type Job, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { exact } from "@/lib/time";
import { Chip } from "@/ui/parts";
import { FilterSelect } from "@/ui/rows";
import { ListPage, useActions, useSave } from "./parts";

const STATES: Job["state"][] = ["waiting", "running", "done", "dead"];
const TONES = { waiting: "warn", running: "accent", done: "ok", dead: "bad" } as const;

export function JobsPage() {
  return (
    <>
      <JobTable />
      <LetterTable />
    </>
  );
}

function JobTable() {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const [state, setState] = useState<Job["state"]>();
  const query = useQuery({
    queryKey: ["jobs", state],
    queryFn: () => unwrap(api.GET("/jobs", { params: { query: state ? { state } : {} } })),
    refetchInterval: 5_000,
  });
  const retry = useSave<string>("jobs", (job_id) =>
    unwrap(api.POST("/jobs/{job_id}/retry", { params: { path: { job_id } } })),
  );
  const columns: TableColumnsType<Job> = [
    { title: t("jobs.kind"), dataIndex: "kind", className: "mono" },
    {
      title: t("interactions.state"),
      render: (_, job) => <Chip tone={TONES[job.state]}>{t(`job_state.${job.state}`)}</Chip>,
    },
    {
      title: t("jobs.attempt"),
      align: "right",
      className: "num",
      render: (_, job) => `${job.attempt} / ${job.max_attempts}`,
    },
    {
      title: t("jobs.run_at"),
      render: (_, job) => <span className="num muted">{exact(job.run_at, i18n.language)}</span>,
    },
    { title: t("jobs.error"), ellipsis: true, render: (_, job) => job.error ?? "–" },
    useActions<Job>(
      (job) =>
        job.state === "dead" &&
        may("jobs.write") && (
          <Button size="small" onClick={() => retry.mutate(job.id)}>
            {t("jobs.retry")}
          </Button>
        ),
    ),
  ];
  const filter = (
    <FilterSelect
      name={t("interactions.state")}
      value={state}
      choose={(chosen) => setState(chosen as Job["state"] | undefined)}
      options={STATES.map((value) => ({ value, label: t(`job_state.${value}`) }))}
    />
  );
  return (
    <ListPage
      title={t("admin.jobs")}
      query={query}
      columns={columns}
      rowKey="id"
      actions={filter}
    />
  );
}

function LetterTable() {
  const { t, i18n } = useTranslation();
  const query = useQuery({
    queryKey: ["dead-letters"],
    queryFn: () => unwrap(api.GET("/dead-letters")),
  });
  const columns: TableColumnsType<DeadLetter> = [
    {
      title: t("jobs.at"),
      render: (_, letter) => <span className="num muted">{exact(letter.at, i18n.language)}</span>,
    },
    {
      title: t("jobs.input"),
      render: (_, letter) => <code>{JSON.stringify(letter.input).slice(0, 120)}</code>,
    },
    { title: t("jobs.error"), ellipsis: true, dataIndex: "error" },
  ];
  return <ListPage title={t("jobs.dead_letters")} query={query} columns={columns} rowKey="id" />;
}
