/** Puts what is in the form into a draft instead of in force. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { FileDiff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type DraftedThings, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { useSayRefusal } from "@/ui/parts";

const NEW = "new";

export function IntoDraft({
  changes: given,
  done,
}: {
  /** What goes into the draft; rejects when the form is not filled in. */
  changes: () => Promise<DraftedThings>;
  done?: () => void;
}) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const say = useSayRefusal();
  const client = useQueryClient();
  const may = useMay()("configuration.write");
  const drafts = useQuery({
    queryKey: ["configuration", "drafts"],
    queryFn: () => unwrap(api.GET("/configuration/drafts")),
    enabled: may,
  });
  const put = useMutation({
    mutationFn: async (into: string) => {
      const changes = await given();
      const known = drafts.data?.items.find(({ id }) => id === into);
      if (!known) {
        const title = new Date().toLocaleString(i18n.language, { dateStyle: "medium" });
        return unwrap(api.POST("/configuration/drafts", { body: { name: title, changes } }));
      }
      const params = {
        path: { draft_id: known.id },
        header: { "If-Match": `"${known.version}"` },
      };
      return unwrap(api.PATCH("/configuration/drafts/{draft_id}", { params, body: { changes } }));
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["configuration"] });
      void message.success(t("queue.drafted"));
      done?.();
    },
    // A form that is not filled in says so itself.
    onError: (error) => error instanceof Error && say(error),
  });
  if (!may) return <span />;
  const items = [
    ...(drafts.data?.items ?? []).map(({ id, name }) => ({ key: id, label: name })),
    { key: NEW, label: t("queue.into_new_draft") },
  ];
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => put.mutate(key) }}>
      <Button icon={<FileDiff size={14} aria-hidden />} loading={put.isPending}>
        {t("queue.into_draft")}
      </Button>
    </Dropdown>
  );
}
