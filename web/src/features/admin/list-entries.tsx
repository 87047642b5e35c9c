/** Who stands on a list, where each stands, and the rule that keeps somebody from being called. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, type TableColumnsType } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type DiallingEntry, type DiallingList, unwrap } from "@/lib/api";
import { usePages } from "@/lib/pages";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { PageHead, useSayRefusal } from "@/ui/parts";
import { FilterSelect, PagedRows } from "@/ui/rows";

const OUTCOMES = [
  "reached",
  "called_again",
  "busy",
  "no_answer",
  "machine",
  "given_up",
  "failed",
  "skipped",
  "refused",
] as const;

export function Entries({ list }: { list: DiallingList }) {
  const { t } = useTranslation();
  const [outcome, choose] = useState<string>();
  const client = useQueryClient();
  const key = `entries-${list.id}`;
  const stands = JSON.stringify(list.progress);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever somebody stands elsewhere
  useEffect(() => void client.invalidateQueries({ queryKey: [key] }), [client, key, stands]);
  const pages = usePages(key, outcome ? { outcome } : {}, (query) =>
    unwrap(
      api.GET("/dialling-lists/{list_id}/entries", {
        params: { path: { list_id: list.id }, query },
      }),
    ),
  );
  return (
    <>
      <PageHead title={t("lists.people_of", { name: list.name })}>
        <FilterSelect
          name={t("lists.outcome")}
          value={outcome}
          choose={choose}
          options={OUTCOMES.map((value) => ({ value, label: t(`lists.outcome_of.${value}`) }))}
        />
      </PageHead>
      <PagedRows pages={pages} columns={useColumns(list)} rowKey="id" empty={t("lists.nobody")} />
    </>
  );
}

function useColumns(list: DiallingList): TableColumnsType<DiallingEntry> {
  const { t, i18n } = useTranslation();
  const erase = useErase(list);
  const writes = useMay()("outbound.write");
  return [
    { title: t("outbound.number"), dataIndex: "number", className: "num" },
    {
      title: t("lists.fields"),
      render: (_, { fields }) =>
        Object.entries(fields)
          .map(([name, text]) => `${name}: ${text}`)
          .join(", ") || "–",
    },
    { title: t("lists.state"), render: (_, { state }) => t(`lists.entry_state.${state}`) },
    {
      title: t("lists.outcome"),
      render: (_, { outcome, disposition }) =>
        [outcome && t(`lists.outcome_of.${outcome}`), disposition].filter(Boolean).join(", ") ||
        "–",
    },
    {
      title: t("outbound.rule"),
      render: (_, { rule, detail }) =>
        rule ? (
          <span title={detail}>
            {t(`outbound.rule_of.${rule}`)} <small className="muted">{detail}</small>
          </span>
        ) : (
          "–"
        ),
    },
    { title: t("callbacks.tries"), dataIndex: "tries", className: "num" },
    {
      title: t("lists.next"),
      className: "num",
      render: (_, { due_at, tries, rule }) =>
        due_at && (tries > 0 || rule) ? moment(due_at, i18n.language) : "–",
    },
    {
      title: t("outbound.call"),
      render: (_, { interaction_id }) =>
        interaction_id ? (
          <Link to={`/interactions/${interaction_id}`}>{t("outbound.call")}</Link>
        ) : null,
    },
    {
      align: "right",
      render: (_, { id, state }) =>
        writes &&
        (state === "waiting" || state === "ended") && (
          <Button size="small" danger onClick={() => erase.mutate(id)}>
            {t("common.delete")}
          </Button>
        ),
    },
  ];
}

function useErase(list: DiallingList) {
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: (entry_id: string) =>
      unwrap(
        api.DELETE("/dialling-lists/{list_id}/entries/{entry_id}", {
          params: { path: { list_id: list.id, entry_id } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["dialling-lists"] }),
    onError: say,
  });
}
