/** What was promised: mine, the team's or all; open, missed or done. */

import { Button, Segmented, type TableColumnsType } from "antd";
import { CalendarClock, CalendarPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Promised, unwrap } from "@/lib/api";
import { useFilters } from "@/lib/filters";
import { usePages } from "@/lib/pages";
import { useQueueName } from "@/lib/queues";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { LevelChip, PageHead } from "@/ui/parts";
import { PromiseDialog, PromiseState, PromiseVerbs } from "@/ui/promises";
import { PagedRows } from "@/ui/rows";

const SHOWN = ["open", "missed", "done"] as const;
type Shown = (typeof SHOWN)[number];
const WHOSE = ["mine", "team", "all"] as const;
type Whose = (typeof WHOSE)[number];

export function PromisesPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [making, setMaking] = useState(false);
  const { chosen, choose } = useFilters(["show", "whose"] as const);
  const state = SHOWN.find((one) => one === chosen.show) ?? "open";
  const whose = WHOSE.find((one) => one === chosen.whose) ?? "all";
  const pages = usePages("promises", { state, whose }, (query) =>
    unwrap(api.GET("/promises", { params: { query } })),
  );
  return (
    <div className="page">
      <PageHead title={t("promises.title")}>
        <Segmented<Shown>
          value={state}
          onChange={(show) => choose({ show })}
          options={SHOWN.map((value) => ({ value, label: t(`promises.${value}`) }))}
        />
        <Segmented<Whose>
          value={whose}
          onChange={(whose) => choose({ whose })}
          options={WHOSE.map((value) => ({ value, label: t(`promises.${value}`) }))}
        />
        {may("interactions.control") && (
          <Button
            type="primary"
            icon={<CalendarPlus size={14} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            {t("promises.new")}
          </Button>
        )}
      </PageHead>
      <PagedRows<Promised>
        pages={pages}
        columns={useColumns()}
        rowKey="id"
        width={1040}
        icon={CalendarClock}
        empty={t("promises.empty")}
      />
      {making && <PromiseDialog close={() => setMaking(false)} />}
    </div>
  );
}

function useColumns(): TableColumnsType<Promised> {
  const { t, i18n } = useTranslation();
  const queueName = useQueueName();
  return [
    {
      title: t("promises.due"),
      width: 130,
      render: (_, row) => <span className="num">{moment(row.due_at, i18n.language)}</span>,
    },
    { title: t("promises.customer"), width: 190, ellipsis: true, render: (_, row) => who(row) },
    {
      title: t("promises.channel"),
      width: 130,
      render: (_, row) =>
        row.kind === "appointment"
          ? t("promises.appointment")
          : t(`promise_channel.${row.channel}`),
    },
    { title: t("promises.note"), ellipsis: true, render: (_, row) => row.note ?? "–" },
    { title: t("queues.queue"), width: 120, render: (_, row) => queueName(row.queue?.id) },
    {
      title: t("promises.owner"),
      width: 110,
      ellipsis: true,
      render: (_, row) => row.owner?.name ?? t("promises.the_team"),
    },
    { title: t("promises.state"), width: 150, render: (_, row) => <Standing row={row} /> },
    { width: 220, render: (_, row) => <PromiseVerbs row={row} /> },
  ];
}

function who(row: Promised) {
  const name = row.customer?.name ?? row.phone_masked ?? "–";
  const shown = row.interaction_id ? (
    <Link to={`/interactions/${row.interaction_id}`}>{name}</Link>
  ) : (
    <span>{name}</span>
  );
  return (
    <span className="row">
      {shown}
      {row.customer && <LevelChip level={row.customer.level} />}
    </span>
  );
}

function Standing({ row }: { row: Promised }) {
  const { t, i18n } = useTranslation();
  const reminded = row.reminded_hour_at ?? row.reminded_day_at;
  return (
    <span className="row wrap">
      <PromiseState row={row} />
      {reminded && (
        <span className="muted">
          {t("promises.reminded", { at: moment(reminded, i18n.language) })}
          {row.mailing && ` · ${t(`promise_mailing.${row.mailing}`)}`}
        </span>
      )}
    </span>
  );
}
