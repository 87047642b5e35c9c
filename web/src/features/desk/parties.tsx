/** Others in my call: who is consulted, rung for a transfer, or in the conference. */

import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Attending, Party, Work } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { Chip, Elapsed } from "@/ui/parts";
import { AskConsent } from "./recorded";
import { useVerbs } from "./verbs";

export function Parties({ work }: { work: Work }) {
  const { t } = useTranslation();
  if (work.parties.length === 0) return null;
  return (
    <ul className="parties" aria-label={t("call.others")}>
      {work.parties.map((party) => (
        <li key={party.id} className="row wrap">
          <span className="strong">{party.agent?.name ?? t("call.outside")}</span>
          <span role="status">
            <Chip tone={party.joined ? "ok" : "warn"}>{t(`call.${standing(party)}`)}</Chip>
          </span>
          <Elapsed from={party.since} />
          {work.recording?.standing === "unasked" &&
            party.role === "conference" &&
            party.recording_consent?.answer === null && (
              <AskConsent
                consent={party.recording_consent}
                interaction={work.interaction_id}
                party={party.id}
              />
            )}
          <span className="grow" />
          {attends(party) ? null : party.role === "consult" && party.joined ? (
            <Consulted work={work} party={party} />
          ) : (
            <Remove work={work} party={party} />
          )}
        </li>
      ))}
    </ul>
  );
}

type Standing =
  | "asked"
  | "transferring"
  | "consulting"
  | "swapped"
  | "in_conference"
  | `attends_${Attending}`;

export const attends = ({ role }: Party): boolean =>
  role === "listen" || role === "whisper" || role === "barge";

export function standing({ role, joined, swapped }: Party): Standing {
  if (role === "listen" || role === "whisper" || role === "barge") return `attends_${role}`;
  if (role === "transfer") return "transferring";
  if (!joined) return "asked";
  if (role === "conference") return "in_conference";
  return swapped ? "swapped" : "consulting";
}

function Consulted({ work, party }: { work: Work; party: Party }) {
  const { t } = useTranslation();
  const verbs = useVerbs(work.interaction_id);
  const complete = () => verbs.mutate({ verb: "complete" });
  const swap = () => verbs.mutate({ verb: "swap" });
  const merge = () => verbs.mutate({ verb: "conference" });
  const end = () => verbs.mutate({ verb: "remove", party: party.id });
  useHotkeys({ "shift+t": complete, s: swap, c: merge, e: end });
  return (
    <>
      <Button type="primary" className="on-fill" onClick={complete}>
        {t("call.complete")} <kbd>⇧T</kbd>
      </Button>
      <Button onClick={swap}>
        {t("call.swap")} <kbd>S</kbd>
      </Button>
      <Button onClick={merge}>
        {t("call.conference")} <kbd>C</kbd>
      </Button>
      <Button onClick={end}>
        {t("call.end_consult")} <kbd>E</kbd>
      </Button>
    </>
  );
}

function Remove({ work, party }: { work: Work; party: Party }) {
  const { t } = useTranslation();
  const verbs = useVerbs(work.interaction_id);
  const remove = () => verbs.mutate({ verb: "remove", party: party.id });
  const only = work.parties.filter((one) => !attends(one)).length === 1;
  useHotkeys({ e: only ? remove : undefined });
  const words =
    party.role === "transfer" ? "take_back" : party.role === "consult" ? "end_consult" : "remove";
  return (
    <Button onClick={remove}>
      {t(`call.${words}`)} {only && <kbd>E</kbd>}
    </Button>
  );
}
