/** My part in the call of a colleague: asked, then in it. */

import { Button } from "antd";
import { LogOut, Phone, PhoneOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Attending as Mode, PartyRole, Work } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { Chip, Elapsed } from "@/ui/parts";
import { Supervise } from "@/ui/supervise";
import { useDesk } from "./context";
import { useVerbs } from "./verbs";

export function AsideView({ work }: { work: Work }) {
  const role = work.aside?.role;
  if (role === "listen" || role === "whisper" || role === "barge")
    return <Attending work={work} role={role} />;
  return work.attached ? <InIt work={work} /> : <Asked work={work} />;
}

/** A supervisor in the call of an agent: who hears them, said plainly. */
function Attending({ work, role }: { work: Work; role: Mode }) {
  const { t } = useTranslation();
  const deaf = work.recording_paused && role !== "barge";
  const now = deaf ? t("supervise.paused") : t(`supervise.now_${role}`);
  const words = work.attached ? now : t("supervise.ringing");
  return (
    <>
      <InIt work={work} />
      <div className="parties">
        <p role="status">
          <Chip tone={!work.attached || deaf ? "warn" : role === "listen" ? "neutral" : "bad"}>
            {words}
          </Chip>
        </p>
        {work.attached && <Supervise interaction={work.interaction_id} now={role} />}
      </div>
    </>
  );
}

function Asked({ work }: { work: Work }) {
  const { t } = useTranslation();
  const { me, claim } = useDesk();
  const verbs = useVerbs(work.interaction_id);
  const phone = me.device.kind === "sip";
  const join = () =>
    verbs.mutate({ verb: "join" }, { onSuccess: () => claim(work.interaction_id) });
  const decline = () => verbs.mutate({ verb: "leave" });
  useHotkeys({ a: phone ? undefined : join, d: decline });
  const name = work.aside?.by.name ?? "–";
  const asked = work.aside ? asks(work.aside.role) : "consult";
  const words = work.internal ? t("internal.calls", { name }) : t(`aside.asks_${asked}`, { name });
  return (
    <article className="offer" aria-label={words}>
      <Chip tone="ok" icon={Phone}>
        {words}
      </Chip>
      <div className="row">
        {phone ? (
          <p className="strong">{t("offer.answer_on_phone")}</p>
        ) : (
          <Button
            size="large"
            type="primary"
            className="on-fill accept"
            loading={work.accepted ?? false}
            onClick={join}
            icon={<Phone size={16} aria-hidden />}
          >
            {work.accepted
              ? t("offer.connecting")
              : t(work.internal ? "offer.accept" : "aside.join")}{" "}
            <kbd>A</kbd>
          </Button>
        )}
        <Button size="large" onClick={decline} icon={<PhoneOff size={16} aria-hidden />}>
          {t("aside.decline")} <kbd>D</kbd>
        </Button>
      </div>
    </article>
  );
}

const asks = (role: PartyRole) =>
  role === "transfer" || role === "conference" ? role : ("consult" as const);

function InIt({ work }: { work: Work }) {
  const { t } = useTranslation();
  const verbs = useVerbs(work.interaction_id);
  const leave = () => verbs.mutate({ verb: "leave" });
  useHotkeys({ "shift+x": leave });
  return (
    <div className="call-bar">
      <div className="grow">
        <div className="call-timer num">
          <Elapsed from={work.since} />
        </div>
        <div className="row" role="status">
          <Chip tone="ok">
            {t(work.internal ? "internal.with" : "aside.with", {
              name: work.aside?.by.name ?? "–",
            })}
          </Chip>
        </div>
      </div>
      <Button
        danger
        size="large"
        className="hang-up"
        icon={<LogOut size={16} aria-hidden />}
        onClick={leave}
      >
        {t(work.internal ? "call.hang_up" : "aside.leave")}
      </Button>
    </div>
  );
}
