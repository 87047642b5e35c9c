/** Addresses that telephony refuses for what they tried; nothing is shown while there is none. */

import { useQuery } from "@tanstack/react-query";
import { Button, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Offender, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { ListPage, useActions, useSave } from "./parts";

export function OffenderTable() {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const query = useQuery({
    queryKey: ["offenders"],
    queryFn: () => unwrap(api.GET("/offenders")),
    refetchInterval: 10_000,
  });
  const pardon = useSave<string>("offenders", (offender_id) =>
    unwrap(api.DELETE("/offenders/{offender_id}", { params: { path: { offender_id } } })),
  );
  const actions = useActions<Offender>(
    ({ id }) =>
      may("trunks.write") && (
        <Button size="small" loading={pardon.isPending} onClick={() => pardon.mutate(id)}>
          {t("offenders.pardon")}
        </Button>
      ),
  );
  const columns: TableColumnsType<Offender> = [
    { title: t("offenders.address"), dataIndex: "address", className: "mono strong" },
    { title: t("offenders.offences"), dataIndex: "offences", className: "num" },
    {
      title: t("offenders.since"),
      render: (_, { since }) => <span className="num">{moment(since, i18n.language)}</span>,
    },
    {
      title: t("offenders.until"),
      render: (_, { until }) => <span className="num">{moment(until, i18n.language)}</span>,
    },
    actions,
  ];
  if (!query.data?.items.length) return null;
  return <ListPage title={t("offenders.title")} query={query} columns={columns} rowKey="id" />;
}
