/** How each leg of a call sounded: the figures of the whole, and their course as a line. */

import { useQuery } from "@tanstack/react-query";
import { Table, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { api, type LegCourse, unwrap } from "@/lib/api";
import { tone } from "@/lib/mos";
import { Await, Chip, Panel } from "@/ui/parts";
import { course } from "./course";

const WIDTH = 180;
const HEIGHT = 32;

export function QualityPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["interaction", id, "quality"],
    queryFn: () => unwrap(api.GET("/interactions/{id}/quality", { params: { path: { id } } })),
  });
  return (
    <Panel title={t("quality.title")}>
      <Await query={query} rows={2}>
        {({ items }) =>
          items.length ? <Legs legs={items} /> : <p className="muted">{t("quality.none")}</p>
        }
      </Await>
    </Panel>
  );
}

function Legs({ legs }: { legs: LegCourse[] }) {
  const { t } = useTranslation();
  const percent = (value: number | null) => (value === null ? "–" : `${value.toFixed(1)} %`);
  const columns: TableColumnsType<LegCourse> = [
    { title: t("quality.leg"), render: (_, { role }) => t(`quality.role.${role}`) },
    {
      title: t("quality.mos"),
      render: (_, { mos }) => <Chip tone={tone(mos)}>{mos.toFixed(1)}</Chip>,
    },
    { title: t("quality.course"), render: (_, leg) => <Line leg={leg} /> },
    { title: t("quality.loss"), className: "num", render: (_, leg) => percent(leg.loss_pct) },
    {
      title: t("quality.far_loss"),
      className: "num",
      render: (_, leg) => percent(leg.far_loss_pct),
    },
    {
      title: t("quality.jitter"),
      className: "num",
      render: (_, { jitter_ms }) => `${jitter_ms.toFixed(0)} ms`,
    },
    {
      title: t("quality.round_trip"),
      className: "num",
      render: (_, { round_trip_ms: trip }) => (trip === null ? "–" : `${trip.toFixed(0)} ms`),
    },
    { title: t("quality.codec"), render: (_, { codec }) => codec.toUpperCase() },
  ];
  return (
    <Table<LegCourse>
      size="small"
      rowKey={(leg) => `${leg.leg_id} ${leg.began_at}`}
      columns={columns}
      dataSource={legs}
      pagination={false}
      scroll={{ x: "max-content" }}
    />
  );
}

function Line({ leg }: { leg: LegCourse }) {
  const { t } = useTranslation();
  const label = t("quality.course_of", {
    role: t(`quality.role.${leg.role}`),
    mos: leg.mos.toFixed(1),
    lowest: leg.lowest_mos.toFixed(1),
  });
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label} className="course">
      <title>{label}</title>
      <polyline points={course(leg.points, WIDTH, HEIGHT)} />
    </svg>
  );
}
