/** Background work, and the inputs that could not be decided. */

import { Button, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type DeadLetter, type Job, unwrap } from "@/lib/api";
import { usePages } from "@/lib/pages";
import { useMay } from "@/lib/session";
import { exact } from "@/lib/time";
import { Chip, PageHead } from "@/ui/parts";
import { FilterSelect, PagedRows } from "@/ui/rows";
import { useActions, useSave } from "./parts";

const STATES: Job["state"][] = ["waiting", "running", "done", "dead"];
const AGAIN_MS = 5_000;
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
  const pages = usePages(
    "jobs",
    state ? { state } : {},
    (query) => unwrap(api.GET("/jobs", { params: { query } })),
    AGAIN_MS,
  );
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
  return (
    <>
      <PageHead title={t("admin.jobs")}>
        <FilterSelect
          name={t("interactions.state")}
          value={state}
          choose={(chosen) => setState(chosen as Job["state"] | undefined)}
          options={STATES.map((value) => ({ value, label: t(`job_state.${value}`) }))}
        />
      </PageHead>
      <PagedRows<Job> pages={pages} columns={columns} rowKey="id" />
    </>
  );
}

function LetterTable() {
  const { t, i18n } = useTranslation();
  const pages = usePages("dead-letters", {}, (query) =>
    unwrap(api.GET("/dead-letters", { params: { query } })),
  );
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
  return (
    <>
      <PageHead title={t("jobs.dead_letters")} />
      <PagedRows<DeadLetter> pages={pages} columns={columns} rowKey="id" />
    </>
  );
}
