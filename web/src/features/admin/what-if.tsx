/** A draft played on a past day, before it is published: what would have been otherwise. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Progress, Table, type TableColumnsType } from "antd";
import dayjs from "dayjs";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  api,
  type Channel,
  type Level,
  type SimulatedFigure,
  type Simulation,
  unwrap,
} from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { useMay } from "@/lib/session";
import { Blank, useSayRefusal } from "@/ui/parts";
import { hereZone } from "@/ui/timezone";
import { better, digits, FIGURES, type Row, rowsOf } from "./comparison";
import { before, bounds, DAY, today } from "./past-day";

const POLLED_MS = 1000;

export function WhatIf({ draft }: { draft: string }) {
  const { t } = useTranslation();
  const say = useSayRefusal();
  const may = useMay()("queues.write");
  const settings = useQuery({
    queryKey: ["settings"],
    queryFn: () => unwrap(api.GET("/settings")),
    enabled: may,
  });
  const zone = settings.data?.timezone ?? hereZone();
  const [chosen, setChosen] = useState<string | null>(null);
  const day = chosen ?? before(today(zone), 1);
  const [asked, setAsked] = useState<string | null>(null);
  const ask = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/policies/simulate", {
          body: {
            ...bounds(day, zone),
            draft_id: draft,
          },
        }),
      ),
    onSuccess: ({ id }) => setAsked(id),
    onError: say,
  });
  if (!may) return null;
  return (
    <section className="stack" aria-label={t("what_if.title")}>
      <h3 className="form-part">{t("what_if.title")}</h3>
      <span className="row wrap">
        <DatePicker
          value={dayjs(day)}
          allowClear={false}
          onChange={(picked) => picked && setChosen(picked.format(DAY))}
          disabledDate={(one) => one.format(DAY) >= today(zone)}
          aria-label={t("what_if.day")}
        />
        <Button
          icon={<FlaskConical size={14} aria-hidden />}
          loading={ask.isPending}
          disabled={settings.isPending}
          onClick={() => ask.mutate()}
        >
          {t("what_if.ask")}
        </Button>
        <span className="muted">
          {zone} · {t("what_if.hint")}
        </span>
      </span>
      {asked && <Outcome key={asked} id={asked} />}
    </section>
  );
}

function Outcome({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["simulation", id],
    queryFn: () => unwrap(api.GET("/policies/simulations/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state }) => (isOpen(state.data) ? POLLED_MS : false),
  });
  const { data } = query;
  if (query.isError) return <Alert type="error" showIcon title={t("common.failed")} />;
  if (isOpen(data) || !data)
    return (
      <div aria-live="polite">
        <span className="muted">
          {t(`what_if.${data?.state ?? "waiting"}` as "what_if.running")}
        </span>
        <Progress percent={data?.progress_pct ?? 0} aria-label={t("what_if.title")} />
      </div>
    );
  if (data.state === "failed")
    return <Alert type="error" showIcon title={t("what_if.failed")} description={data.error} />;
  if (!data.result?.stays)
    return (
      <Blank icon={FlaskConical} title={t("what_if.empty")}>
        {t("what_if.empty_hint")}
      </Blank>
    );
  return <Comparison simulation={data} />;
}

function isOpen(data: Simulation | undefined): boolean {
  return data?.state === "waiting" || data?.state === "running";
}

function Comparison({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation();
  const words = useCodeWords();
  const queues = useQuery({ queryKey: ["queues"], queryFn: () => unwrap(api.GET("/queues")) });
  const names = new Map(queues.data?.items.map(({ id, name }) => [id, name]));
  const called = ({ kind, name }: Row) =>
    kind === "overall"
      ? t("what_if.everybody")
      : kind === "queue"
        ? (names.get(name) ?? name)
        : kind === "channel"
          ? t(`channel.${name as Channel}`)
          : words("level", name as Level);
  const columns: TableColumnsType<Row> = [
    { title: t("what_if.slice"), render: (_, row) => called(row), className: "strong" },
    ...FIGURES.map((figure) => ({
      title: t(`what_if.figure.${figure}`),
      align: "right" as const,
      className: "num",
      render: (_: unknown, { figures }: Row) => <Figure name={figure} one={figures[figure]} />,
    })),
  ];
  return (
    <div className="stack">
      <p className="muted">{t("what_if.read", { count: simulation.result?.stays ?? 0 })}</p>
      <Table<Row>
        className="what-if"
        size="small"
        rowKey={({ kind, name }) => `${kind}/${name}`}
        columns={columns}
        dataSource={rowsOf(simulation)}
        pagination={false}
        scroll={{ x: true }}
      />
    </div>
  );
}

function Figure({
  name,
  one,
}: {
  name: (typeof FIGURES)[number];
  one: SimulatedFigure | undefined;
}) {
  const { t } = useTranslation();
  if (!one) return "–";
  const { mean, half } = one.difference;
  const tone = better(name, one);
  return (
    <span title={t("what_if.was", { was: digits(one.was) })}>
      {digits(one.published.mean)} → {digits(one.draft.mean)}
      <div className={tone ? `delta ${tone}` : "muted"}>
        {mean > 0 ? "+" : ""}
        {digits(mean)}
        {half !== null && ` ± ${digits(half)}`}
      </div>
    </span>
  );
}
