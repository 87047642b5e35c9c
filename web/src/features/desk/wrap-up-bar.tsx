/** After the talk: how long is left, half a minute more by one key, and done. */

import { Button } from "antd";
import { CheckCheck, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Work } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { clock, useNow } from "@/lib/time";
import { Chip, Elapsed, RingTimer } from "@/ui/parts";
import { useDesk } from "./context";
import { useVerbs, wrapUpFrom } from "./verbs";

export function WrapUpBar({ work }: { work: Work }) {
  const { t } = useTranslation();
  const { state } = useDesk();
  const verbs = useVerbs(work.interaction_id);
  const draft = state.draft?.body ?? {};
  const missing =
    Boolean(work.wrap_up?.disposition_required) && !draft.disposition && !work.wrap_up?.disposition;
  const extend = () => verbs.mutate({ verb: "extend-wrap-up" });
  const finish = () => !missing && verbs.mutate({ verb: "wrap-up", body: wrapUpFrom(draft) });
  const timed = Boolean(work.wrap_up?.ends_at);
  useHotkeys({
    "+": timed ? extend : undefined,
    "=": timed ? extend : undefined,
    "ctrl+enter": finish,
  });
  return (
    <div className="call-bar wrap-up">
      <TimeLeft work={work} />
      <div className="grow">
        <div className="strong">{t("wrap_up.title")}</div>
        <div className="row">
          {missing ? (
            <Chip tone="warn">{t("wrap_up.needs_disposition")}</Chip>
          ) : (
            <span className="muted">{t("wrap_up.hint")}</span>
          )}
          {work.wrap_up?.overrun && <Chip tone="bad">{t("wrap_up.overrun")}</Chip>}
        </div>
      </div>
      {timed && (
        <Button
          size="large"
          icon={<Plus size={16} aria-hidden />}
          onClick={extend}
          loading={verbs.isPending && verbs.variables?.verb === "extend-wrap-up"}
        >
          {t("wrap_up.more")}
          {work.wrap_up?.extended ? ` · ${work.wrap_up.extended}` : ""} <kbd>+</kbd>
        </Button>
      )}
      <Button
        type="primary"
        size="large"
        className="on-fill"
        disabled={missing}
        loading={verbs.isPending && verbs.variables?.verb === "wrap-up"}
        icon={<CheckCheck size={16} aria-hidden />}
        onClick={finish}
      >
        {t("wrap_up.finish")} <kbd>Ctrl ↵</kbd>
      </Button>
    </div>
  );
}

function TimeLeft({ work }: { work: Work }) {
  const now = useNow(250);
  const ends_at = work.wrap_up?.ends_at;
  const [start] = useState(() => Date.parse(work.since));
  if (!ends_at)
    return (
      <span className="call-timer num">
        <Elapsed from={work.since} />
      </span>
    );
  const ends = Date.parse(ends_at);
  const left = ends - now;
  const tone = left <= 0 ? "var(--bad-fill)" : left < 8_000 ? "#d98a00" : "var(--accent-fill)";
  return (
    <RingTimer size={56} part={left / Math.max(1, ends - start)} tone={tone}>
      {left <= 0 ? `-${clock(-left)}` : clock(left + 999)}
    </RingTimer>
  );
}
