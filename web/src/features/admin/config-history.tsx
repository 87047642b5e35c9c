/** Versions, newest first: who changed what, when; and the way back to any of them. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Input, Modal, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type ConfigurationVersion, unwrap } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { exact } from "@/lib/time";
import { Await, Chip, Failed, Unseen } from "@/ui/parts";
import { Differences, TrialView } from "./differences";
import { useSave, useWho } from "./parts";

export function History({ writes }: { writes: boolean }) {
  const { t } = useTranslation();
  const [seen, look] = useState<number | null>(null);
  const [target, goBack] = useState<number | null>(null);
  const query = useInfiniteQuery({
    queryKey: ["configuration", "versions"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/configuration/versions", {
          params: { query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const columns = useColumns(rows[0]?.number, look, writes ? goBack : undefined);
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className="stack">
      <Table<ConfigurationVersion>
        className="panel"
        size="small"
        rowKey="number"
        columns={columns}
        dataSource={rows}
        loading={query.isPending}
        pagination={false}
        scroll={{ x: "max-content" }}
      />
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
      {seen !== null && <VersionView number={seen} close={() => look(null)} />}
      {target !== null && <RollBack number={target} close={() => goBack(null)} />}
    </div>
  );
}

function useColumns(
  newest: number | undefined,
  look: (number: number) => void,
  goBack?: (number: number) => void,
): TableColumnsType<ConfigurationVersion> {
  const { t, i18n } = useTranslation();
  const who = useWho();
  const word = useCodeWords();
  return [
    {
      title: t("config.number"),
      width: 150,
      render: (_, { number }) => (
        <span className="row">
          <b className="num">{number}</b>
          {number === newest && <Chip tone="ok">{t("config.in_force")}</Chip>}
        </span>
      ),
    },
    {
      title: t("config.at"),
      render: (_, { at }) => <span className="num">{exact(at, i18n.language)}</span>,
    },
    { title: t("config.by"), render: (_, { by }) => who(by) },
    {
      title: t("config.action"),
      render: (_, { action, note }) => (
        <span>
          {word("config_action", action.replace(".", "_"))}
          {note && <span className="muted"> · {note}</span>}
        </span>
      ),
    },
    {
      title: t("config.changed"),
      render: (_, { changed }) => (
        <span className="row wrap">
          {[...new Set(changed)].map((kind) => (
            <Chip key={kind}>{word("config_kind", kind)}</Chip>
          ))}
        </span>
      ),
    },
    {
      title: <Unseen>{t("admin.actions")}</Unseen>,
      align: "right",
      render: (_, { number }) => (
        <span className="row" style={{ justifyContent: "flex-end" }}>
          <Button size="small" onClick={() => look(number)}>
            {t("config.look")}
          </Button>
          {goBack && number !== newest && (
            <Button size="small" onClick={() => goBack(number)}>
              {t("config.roll_back")}
            </Button>
          )}
        </span>
      ),
    },
  ];
}

function VersionView({ number, close }: { number: number; close: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["configuration", "version", number],
    queryFn: () =>
      unwrap(api.GET("/configuration/versions/{number}", { params: { path: { number } } })),
  });
  return (
    <Modal
      open
      width={860}
      title={t("config.version_title", { number })}
      onCancel={close}
      footer={null}
    >
      <Await query={query}>
        {({ changes }) =>
          number === 1 ? (
            <p className="muted">{t("config.first")}</p>
          ) : (
            <Differences changes={changes} />
          )
        }
      </Await>
    </Modal>
  );
}

/** Tried before it is done: what it would change is asked of the server, which takes it back. */
function RollBack({ number, close }: { number: number; close: () => void }) {
  const { t } = useTranslation();
  const [note, setNote] = useState("");
  const restore = (dry_run: boolean) =>
    unwrap(
      api.POST("/configuration/versions/{number}/restore", {
        params: { path: { number }, query: { dry_run } },
        body: { note },
      }),
    );
  const trial = useQuery({
    queryKey: ["configuration", "restore", number],
    queryFn: () => restore(true),
    gcTime: 0,
  });
  const save = useSave("configuration", () => restore(false), close);
  const possible = trial.data && !trial.data.problems.length && trial.data.changes.length > 0;
  return (
    <Modal
      open
      width={860}
      title={t("config.roll_back_title", { number })}
      onCancel={close}
      okText={t("config.roll_back")}
      okButtonProps={{ disabled: !possible, loading: save.isPending }}
      onOk={() => save.mutate(undefined)}
    >
      <Await query={trial}>
        {(found) => (
          <div className="stack">
            <h3>{t("config.would_change")}</h3>
            <TrialView trial={found} />
            <Input
              maxLength={500}
              value={note}
              onChange={(event) => setNote(event.target.value)}
              placeholder={t("config.note")}
              aria-label={t("config.note")}
            />
          </div>
        )}
      </Await>
    </Modal>
  );
}
