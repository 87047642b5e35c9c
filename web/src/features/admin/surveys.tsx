/** Marks of the last 30 days, never without how many there are and of how many that were asked. */

import { useQuery } from "@tanstack/react-query";
import { Segmented, type TableColumnsType } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type SurveyScore, unwrap } from "@/lib/api";
import { ListPage } from "./parts";

type By = "agent" | "queue";
const DAYS = 30;

export function SurveysPage() {
  const { t } = useTranslation();
  const [by, setBy] = useState<By>("queue");
  const query = useQuery({ queryKey: ["surveys", by], queryFn: () => readScores(by) });
  const columns: TableColumnsType<SurveyScore> = [
    { title: t(`surveys.by.${by}`), className: "strong", render: (_, one) => one.name ?? one.id },
    { title: t("surveys.mean"), className: "num", render: (_, { mean }) => mark(mean) },
    { title: "n", dataIndex: "n", className: "num" },
    { title: t("surveys.asked"), dataIndex: "offered", className: "num" },
    {
      title: t("surveys.rate"),
      className: "num",
      render: (_, { response_rate }) => percent(response_rate),
    },
    {
      title: t(`surveys.transferred_${by}`),
      className: "num",
      render: (_, one) =>
        one.transferred_n ? `${mark(one.transferred_mean)} (n = ${one.transferred_n})` : "–",
    },
  ];
  return (
    <ListPage
      title={t("admin.surveys")}
      query={query}
      columns={columns}
      rowKey="id"
      actions={
        <Segmented<By>
          value={by}
          onChange={setBy}
          options={(["queue", "agent"] as const).map((value) => ({
            value,
            label: t(`surveys.by.${value}`),
          }))}
        />
      }
    >
      <p className="muted">{t("surveys.hint")}</p>
    </ListPage>
  );
}

const readScores = (by: By) =>
  unwrap(
    api.GET("/surveys/summary", {
      params: { query: { by, from: dayjs().subtract(DAYS, "day").toISOString() } },
    }),
  );

const mark = (mean: number | null) => (mean === null ? "–" : mean.toFixed(2));
const percent = (share: number | null) => (share === null ? "–" : `${(100 * share).toFixed(0)} %`);
