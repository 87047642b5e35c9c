/** A supervisor's ways into a running call, and out of it. Each is written down by the server. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { type Attending, api, unwrap } from "@/lib/api";
import { ME, useMay } from "@/lib/session";
import { useSayRefusal } from "./parts";

type Deed = { deed: "attend"; mode: Attending } | { deed: "take-over" } | { deed: "end" };

const MODES: Attending[] = ["listen", "whisper", "barge"];

/** `now` is how the supervisor attends already; without it they are not in the call. */
export function Supervise({ interaction, now }: { interaction: string; now?: Attending }) {
  const { t } = useTranslation();
  const may = useMay();
  const act = useDeeds(interaction);
  if (!may("calls.listen")) return null;
  const modes = may("calls.intervene") ? MODES : MODES.slice(0, 1);
  return (
    <div className="row wrap">
      {modes.map((mode) => (
        <Button
          key={mode}
          aria-pressed={now === mode}
          type={now === mode ? "primary" : "default"}
          className={now === mode ? "on-fill" : ""}
          onClick={() => act.mutate({ deed: "attend", mode })}
        >
          {t(`supervise.${mode}`)}
        </Button>
      ))}
      {now && may("calls.intervene") && (
        <Button onClick={() => act.mutate({ deed: "take-over" })}>
          {t("supervise.take_over")}
        </Button>
      )}
      {may("calls.intervene") && (
        <Popconfirm
          title={t("supervise.end_sure")}
          okText={t("supervise.end")}
          okButtonProps={{ danger: true }}
          onConfirm={() => act.mutate({ deed: "end" })}
        >
          <Button danger>{t("supervise.end")}</Button>
        </Popconfirm>
      )}
    </div>
  );
}

function useDeeds(id: string) {
  const client = useQueryClient();
  const say = useSayRefusal();
  const params = { path: { id } };
  return useMutation({
    mutationFn: (act: Deed): Promise<unknown> => {
      if (act.deed === "attend")
        return unwrap(
          api.PUT("/interactions/{id}/attendance", { params, body: { mode: act.mode } }),
        );
      if (act.deed === "end") return unwrap(api.POST("/interactions/{id}/end", { params }));
      return unwrap(api.POST("/interactions/{id}/take-over", { params }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ME }),
    onError: say,
  });
}
