/** A chat, a mail or a task in hand: what it says, and the end of it. */

import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { CheckCheck, CornerUpLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, unwrap, type Work } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { Chip, Elapsed, Panel } from "@/ui/parts";
import { CHANNEL_ICONS } from "./open-works";
import { useVerbs } from "./verbs";

export function WrittenBar({ work }: { work: Work }) {
  const { t } = useTranslation();
  const verbs = useVerbs(work.interaction_id);
  const finish = () => verbs.mutate({ verb: "finish" });
  useHotkeys({ "ctrl+enter": finish });
  const busy = (verb: string) => verbs.isPending && verbs.variables?.verb === verb;
  return (
    <div className="call-bar written">
      <div className="grow row">
        <Chip tone="ok" icon={CHANNEL_ICONS[work.channel]}>
          {t(`channel.${work.channel}`)}
        </Chip>
        <span className="muted num">
          <Elapsed from={work.since} />
        </span>
      </div>
      <Button
        size="large"
        icon={<CornerUpLeft size={16} aria-hidden />}
        loading={busy("return-to-queue")}
        onClick={() => verbs.mutate({ verb: "return-to-queue" })}
      >
        {t("works.give_back")}
      </Button>
      <Button
        type="primary"
        size="large"
        className="on-fill"
        icon={<CheckCheck size={16} aria-hidden />}
        loading={busy("finish")}
        onClick={finish}
      >
        {t("works.finish")} <kbd>Ctrl ↵</kbd>
      </Button>
    </div>
  );
}

/** What it says; there is no transport yet, so it is answered elsewhere. */
export function WrittenText({ interaction }: { interaction: string }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["pop", interaction],
    queryFn: () =>
      unwrap(api.GET("/interactions/{id}/pop", { params: { path: { id: interaction } } })),
  });
  if (!data?.written) return null;
  return (
    <Panel title={data.written.subject ?? t("works.erased")}>
      {data.written.text && <p className="written-text">{data.written.text}</p>}
      <p className="muted help">{t("works.no_transport")}</p>
    </Panel>
  );
}
