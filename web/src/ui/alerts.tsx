/** Alerts in words, and the one press that says somebody saw to it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Alert, api, unwrap } from "@/lib/api";
import { useQueueName } from "@/lib/queues";
import { useSayRefusal } from "./parts";

/** The subject of a node's alert; any other way is a trunk. */
const NODE = "node";

export function useOpenAlerts(enabled: boolean): Alert[] {
  const { data } = useQuery({
    queryKey: ["alerts", "banner"],
    queryFn: () => unwrap(api.GET("/alerts", { params: { query: { state: "open" } } })),
    enabled,
    refetchInterval: 60_000,
  });
  return data?.items ?? [];
}

export function AlertWords({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const queue = queueName(alert.queue_name);
  if (alert.kind === "way_lossy") {
    const way = alert.subject === NODE ? t("alerts.this_node") : alert.subject;
    return <span>{t("alerts.way_lossy", { count: alert.count, way })}</span>;
  }
  const to =
    alert.kind === "promise_missed" ? "/promises?show=missed" : `/interactions/${alert.subject}`;
  return <Link to={to}>{t(`alerts.${alert.kind}`, { count: alert.count, queue })}</Link>;
}

export function Dismiss({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const onError = useSayRefusal();
  const dismiss = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/alerts/{id}/dismiss", { params: { path: { id: alert.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["alerts"] }),
    onError,
  });
  return (
    <Button size="small" loading={dismiss.isPending} onClick={() => dismiss.mutate()}>
      {t("alerts.dismiss")}
    </Button>
  );
}
