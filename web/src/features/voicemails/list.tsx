/** Messages that customers left: heard here, called back by one click, and done. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Segmented, Space, Tooltip } from "antd";
import { PhoneOutgoing, Voicemail as VoicemailIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, unwrap, type Voicemail, type VoicemailState } from "@/lib/api";
import { useFilters } from "@/lib/filters";
import { usePages } from "@/lib/pages";
import { useQueueName, useQueueOptions } from "@/lib/queues";
import { useMay } from "@/lib/session";
import { clock, moment } from "@/lib/time";
import { Blank, Chip, Failed, LevelChip, PageHead, useSayRefusal, Waiting } from "@/ui/parts";
import { RecordingPlayer } from "@/ui/recording-player";
import { FilterSelect } from "@/ui/rows";
import "./voicemails.css";

const SHOWN = ["new", "heard", "done", "all"] as const;
type Shown = (typeof SHOWN)[number];
const TONES = { new: "warn", heard: "accent", done: "ok" } as const;

export function VoicemailsPage() {
  const { t } = useTranslation();
  const { chosen, choose } = useFilters(["show", "queue"] as const);
  const shown = SHOWN.find((one) => one === chosen.show) ?? "new";
  return (
    <div className="page">
      <PageHead title={t("voicemails.title")}>
        <Segmented<Shown>
          value={shown}
          onChange={(show) => choose({ show })}
          options={SHOWN.map((value) => ({ value, label: t(`voicemails.${value}`) }))}
        />
        <FilterSelect
          name={t("queues.queue")}
          value={chosen.queue}
          choose={(queue) => choose({ queue })}
          options={useQueueOptions()}
        />
      </PageHead>
      <Messages shown={shown} queue={chosen.queue} />
    </div>
  );
}

function Messages({ shown, queue }: { shown: Shown; queue: string | undefined }) {
  const { t } = useTranslation();
  const asked = { ...(shown === "all" ? {} : { state: shown }), ...(queue ? { queue } : {}) };
  const pages = usePages("voicemails", asked, (query) =>
    unwrap(api.GET("/voicemails", { params: { query } })),
  );
  if (pages.isPending) return <Waiting rows={4} />;
  if (pages.error && pages.rows.length === 0)
    return <Failed error={pages.error} retry={() => void pages.refetch()} />;
  if (pages.rows.length === 0)
    return (
      <div className="panel">
        <Blank icon={VoicemailIcon} title={t("voicemails.empty")} />
      </div>
    );
  return (
    <>
      <ul className="voicemails">
        {pages.rows.map((row) => (
          <Message key={row.id} row={row} />
        ))}
      </ul>
      {pages.more && (
        <Button loading={pages.isReadingMore} onClick={pages.more}>
          {t("common.more")}
        </Button>
      )}
    </>
  );
}

function Message({ row }: { row: Voicemail }) {
  const { t, i18n } = useTranslation();
  const queueName = useQueueName();
  const mark = useMark(row);
  return (
    <li className="panel message">
      <header>
        <Chip tone={TONES[row.state]}>{t(`voicemails.${row.state}`)}</Chip>
        <span className="strong">{row.customer?.name ?? row.phone_masked ?? "–"}</span>
        {row.customer && <LevelChip level={row.customer.level} />}
        {row.customer?.name && <span className="num muted">{row.phone_masked}</span>}
        <span className="muted grow">
          {t("voicemails.for")} {row.agent?.name ?? queueName(row.queue?.id)}
        </span>
        {row.notice && row.notice !== "no_server" && (
          <Tooltip title={t("voicemails.mail")}>
            <span className="muted">{t(`voicemails.notice.${row.notice}`)}</span>
          </Tooltip>
        )}
        <Link className="num" to={`/interactions/${row.interaction_id}`}>
          {moment(row.left_at, i18n.language)}
        </Link>
        <span className="num muted">{clock(row.length_ms)}</span>
      </header>
      {/* The first time it is played it counts as heard. */}
      <div onPlayCapture={() => row.state === "new" && mark.mutate("heard")}>
        {row.recording && <RecordingPlayer recording={row.recording} />}
      </div>
      <Deeds row={row} mark={mark} />
    </li>
  );
}

function useMark(row: Voicemail) {
  const client = useQueryClient();
  const onError = useSayRefusal();
  return useMutation({
    mutationFn: (state: VoicemailState) =>
      unwrap(api.PATCH("/voicemails/{id}", { params: { path: { id: row.id } }, body: { state } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["voicemails"] }),
    onError,
  });
}

function Deeds({ row, mark }: { row: Voicemail; mark: ReturnType<typeof useMark> }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const onError = useSayRefusal();
  const call = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/callbacks", { body: { interaction_id: row.interaction_id } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["callbacks"] }),
    onError,
  });
  const done = row.state === "done";
  return (
    <Space wrap>
      {may("interactions.control") && row.phone_masked && (
        <Button
          size="small"
          type="primary"
          className="on-fill"
          icon={<PhoneOutgoing size={13} aria-hidden />}
          loading={call.isPending}
          disabled={call.isSuccess}
          onClick={() => call.mutate()}
        >
          {t("voicemails.call")}
        </Button>
      )}
      {may("voicemails.write") && (
        <Button
          size="small"
          loading={mark.isPending}
          onClick={() => mark.mutate(done ? "heard" : "done")}
        >
          {t(done ? "voicemails.again" : "voicemails.mark_done")}
        </Button>
      )}
      {row.ticket_id && (
        <Link to={`/tickets/${row.ticket_id}`}>
          <Button size="small" tabIndex={-1}>
            {t("voicemails.ticket")}
          </Button>
        </Link>
      )}
    </Space>
  );
}
