/** Announcements: the tenant's own prompts and music, heard here before any caller hears them. */

import { useQuery } from "@tanstack/react-query";
import { Button, Popconfirm, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { type Announcement, API_PREFIX, api, unwrap } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { useMay } from "@/lib/session";
import { clock } from "@/lib/time";
import { Chip } from "@/ui/parts";
import { AnnouncementDialog } from "./announcement-dialog";
import { ListPage, useEditing, useSave } from "./parts";

const LOOK_AGAIN_MS = 1_000;
const TONE = { making: "accent", ready: "ok", failed: "bad" } as const;

export function AnnouncementsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const word = useCodeWords();
  const query = useQuery({
    queryKey: ["announcements"],
    queryFn: () => unwrap(api.GET("/announcements")),
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === "making") && LOOK_AGAIN_MS,
  });
  const editing = useEditing<Announcement>(
    "announcements.write",
    (one) => may("announcements.write") && <Remove one={one} />,
  );
  const columns: TableColumnsType<Announcement> = [
    { title: t("announcements.name"), dataIndex: "name", className: "strong" },
    {
      title: t("announcements.state"),
      render: (_, { state, reason }) => (
        <Chip tone={TONE[state]}>
          {state === "failed" ? word("refusal", reason) : t(`announcements.state_of.${state}`)}
        </Chip>
      ),
    },
    {
      title: t("announcements.source"),
      responsive: ["lg"],
      render: (_, { text }) => text || t("announcements.file"),
      ellipsis: true,
    },
    {
      title: t("announcements.length"),
      className: "num",
      render: (_, { duration_ms }) => (duration_ms ? clock(duration_ms) : "–"),
    },
    {
      title: t("announcements.used_by"),
      responsive: ["lg"],
      render: (_, { used_by }) => used_by.length || "–",
    },
    { title: t("announcements.listen"), width: 260, render: (_, one) => <Player one={one} /> },
    editing.column,
  ];
  return (
    <ListPage
      title={t("admin.announcements")}
      query={query}
      columns={columns}
      rowKey="id"
      add={editing.add}
    >
      {editing.dialog((one, close) => (
        <AnnouncementDialog one={one} close={close} />
      ))}
    </ListPage>
  );
}

function Player({ one }: { one: Announcement }) {
  if (!one.duration_ms) return null;
  const src = `${API_PREFIX}/announcements/${one.id}/audio?at=${one.changed_at}`;
  return (
    // biome-ignore lint/a11y/useMediaCaption: its text, where it has one, stands beside it
    <audio controls preload="none" src={src} aria-label={one.name} style={{ height: 32 }} />
  );
}

function Remove({ one }: { one: Announcement }) {
  const { t } = useTranslation();
  const params = { path: { announcement_id: one.id } };
  const drop = useSave("announcements", () =>
    unwrap(api.DELETE("/announcements/{announcement_id}", { params })),
  );
  return (
    <Popconfirm
      title={t("announcements.drop", { name: one.name })}
      okText={t("common.delete")}
      cancelText={t("common.cancel")}
      onConfirm={() => drop.mutate(undefined)}
    >
      <Button size="small" danger disabled={one.used_by.length > 0} loading={drop.isPending}>
        {t("common.delete")}
      </Button>
    </Popconfirm>
  );
}
