/** My call to a colleague: nobody else is in it, and nothing is written of it. */

import { Mic, MicOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Work } from "@/lib/api";
import { useHeadset } from "@/lib/headset";
import { useHotkeys } from "@/lib/hotkeys";
import { Chip, Elapsed } from "@/ui/parts";
import { HangUp, Tool } from "./call-bar";
import { useDesk } from "./context";
import { useVerbs } from "./verbs";

export function InternalBar({ work }: { work: Work }) {
  const { t } = useTranslation();
  const { me, phone } = useDesk();
  const verbs = useVerbs(work.interaction_id);
  const mute = () => verbs.mutate({ verb: work.muted ? "unmute" : "mute" });
  const hangUp = () => verbs.mutate({ verb: "hangup" });
  const [other] = work.parties;
  const talking = other?.joined ?? false;
  useHotkeys({ m: talking ? mute : undefined, "shift+x": hangUp });
  useHeadset({ mute: talking ? mute : undefined, hangUp }, work.muted);
  const attached = me.device.kind === "sip" || phone.call?.phase === "live";
  const who = other?.agent?.name ?? "–";
  const words = !attached
    ? t("call.attaching")
    : other
      ? t(talking ? "internal.with" : "internal.rings", { name: who })
      : t("internal.message");
  return (
    <div className="call-bar">
      <div className="grow">
        <div className="call-timer num">
          <Elapsed from={talking && other ? other.since : work.since} />
        </div>
        <div className="row" role="status">
          <Chip tone={talking ? "ok" : "warn"}>{words}</Chip>
          {work.muted && <Chip tone="bad">{t("call.muted")}</Chip>}
        </div>
      </div>
      {talking && (
        <Tool
          icon={work.muted ? MicOff : Mic}
          name={work.muted ? t("call.unmute") : t("call.mute")}
          hotkey="M"
          on={work.muted}
          press={mute}
        />
      )}
      <HangUp words={t("call.hang_up")} press={hangUp} />
    </div>
  );
}
