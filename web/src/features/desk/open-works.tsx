/** Several works at once: a calm list, the one in front marked; a click puts another in front. */

import { useQuery } from "@tanstack/react-query";
import { ClipboardList, type LucideIcon, Mail, MessageSquare, Phone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type Channel, unwrap, type Work } from "@/lib/api";
import { Elapsed } from "@/ui/parts";
import { useDesk } from "./context";
import { inHand } from "./in-front";

export const CHANNEL_ICONS: Record<Channel, LucideIcon> = {
  voice: Phone,
  chat: MessageSquare,
  email: Mail,
  task: ClipboardList,
};

export function OpenWorks() {
  const { t } = useTranslation();
  const { me } = useDesk();
  const begun = inHand(me).filter(({ kind }) => kind !== "offer");
  if (begun.length < 2) return null;
  return (
    <nav className="open-works" aria-label={t("works.title")}>
      {begun.map((work) => (
        <OpenWork key={work.interaction_id} work={work} />
      ))}
    </nav>
  );
}

function OpenWork({ work }: { work: Work }) {
  const { t } = useTranslation();
  const { state, choose } = useDesk();
  const { data } = useQuery({
    queryKey: ["pop", work.interaction_id],
    queryFn: () =>
      unwrap(api.GET("/interactions/{id}/pop", { params: { path: { id: work.interaction_id } } })),
  });
  const Icon = CHANNEL_ICONS[work.channel];
  const front = state.work?.interaction_id === work.interaction_id;
  const name = data?.customer?.name ?? data?.phone_masked ?? t(`channel.${work.channel}`);
  return (
    <button
      type="button"
      className={`open-work ${front ? "on" : ""}`}
      aria-pressed={front}
      onClick={() => choose(work.interaction_id)}
    >
      <Icon size={15} aria-label={t(`channel.${work.channel}`)} />
      <span className="grow clip">
        <span className="strong">{name}</span>
        {data?.written?.subject && <span className="muted"> {data.written.subject}</span>}
      </span>
      <span className="muted num">
        <Elapsed from={work.since} />
      </span>
    </button>
  );
}
