/** All alerts: what is open, and who saw to the others. */

import { Segmented, type TableColumnsType } from "antd";
import { BellRing } from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Alert, api, unwrap } from "@/lib/api";
import { useFilters } from "@/lib/filters";
import { usePages } from "@/lib/pages";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { AlertWords, Dismiss } from "@/ui/alerts";
import { PageHead } from "@/ui/parts";
import { PagedRows } from "@/ui/rows";

const SHOWN = ["open", "dismissed"] as const;
type Shown = (typeof SHOWN)[number];

export function AlertsPage() {
  const { t } = useTranslation();
  const { chosen, choose } = useFilters(["show"] as const);
  const shown = SHOWN.find((one) => one === chosen.show) ?? "open";
  const pages = usePages("alerts", { state: shown }, (query) =>
    unwrap(api.GET("/alerts", { params: { query } })),
  );
  return (
    <div className="page">
      <PageHead title={t("alerts.title")}>
        <Segmented<Shown>
          value={shown}
          onChange={(show) => choose({ show })}
          options={SHOWN.map((value) => ({ value, label: t(`alerts.${value}`) }))}
        />
      </PageHead>
      <PagedRows<Alert>
        pages={pages}
        columns={useColumns(shown)}
        rowKey="id"
        width={640}
        icon={BellRing}
        empty={t("alerts.empty")}
      />
    </div>
  );
}

function useColumns(shown: Shown): TableColumnsType<Alert> {
  const { t, i18n } = useTranslation();
  const may = useMay();
  return [
    {
      title: t("alerts.when"),
      width: 150,
      render: (_, row) => <span className="num">{moment(row.raised_at, i18n.language)}</span>,
    },
    { title: t("alerts.what"), render: (_, row) => <AlertWords alert={row} /> },
    shown === "open"
      ? {
          width: 140,
          render: (_, row) => (may("interactions.control") ? <Dismiss alert={row} /> : null),
        }
      : { title: t("alerts.who"), width: 160, render: (_, row) => row.dismissed_by ?? "–" },
  ];
}
