/** What changes, thing by thing and field by field, with what stands in the way of it. */

import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { ConfigurationChange, Trial } from "@/lib/api";
import { useCodeWords } from "@/lib/i18n";
import { Chip } from "@/ui/parts";

const TONE = { added: "ok", changed: "accent", removed: "bad" } as const;
const LONGEST = 240;

export function TrialView({
  trial,
  leaveOut,
}: {
  trial: Trial;
  leaveOut?: ((one: ConfigurationChange) => void) | undefined;
}) {
  const { t } = useTranslation();
  const kind = useCodeWords();
  return (
    <div className="stack">
      {trial.problems.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t("config.problems")}
          description={
            <ul>
              {trial.problems.map((one) => (
                <li key={`${one.kind}/${one.name}/${one.detail}`}>
                  {kind("config_kind", one.kind)} <b>{one.name}</b> – {one.detail}
                </li>
              ))}
            </ul>
          }
        />
      )}
      {trial.left_out.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("config.left_out", { names: trial.left_out.map(bare).join(", ") })}
        />
      )}
      <Differences changes={trial.changes} leaveOut={leaveOut} />
    </div>
  );
}

export function Differences({
  changes,
  leaveOut,
}: {
  changes: ConfigurationChange[];
  leaveOut?: ((one: ConfigurationChange) => void) | undefined;
}) {
  const { t } = useTranslation();
  if (changes.length === 0) return <p className="muted">{t("config.nothing")}</p>;
  return (
    <ul className="differences">
      {changes.map((one) => (
        <li key={`${one.kind}/${one.name}`}>
          <ChangeView one={one} />
          {leaveOut && (
            <Button size="small" onClick={() => leaveOut(one)}>
              {t("config.leave_out")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function ChangeView({ one }: { one: ConfigurationChange }) {
  const { t } = useTranslation();
  const kind = useCodeWords();
  return (
    <details open={one.what === "changed"}>
      <summary>
        <Chip tone={TONE[one.what]}>{t(`config.what.${one.what}`)}</Chip>
        <span className="muted">{kind("config_kind", one.kind)}</span>
        <b>{one.name}</b>
      </summary>
      <table>
        <thead className="visually-hidden">
          <tr>
            <th>{t("config.field")}</th>
            <th>{t("config.before")}</th>
            <th>{t("config.after")}</th>
          </tr>
        </thead>
        <tbody>
          {one.fields.map(({ path, before, after }) => (
            <tr key={path}>
              <th scope="row">
                <code>{path}</code>
              </th>
              <td>{one.what !== "added" && <del>{shown(before)}</del>}</td>
              <td>{one.what !== "removed" && <ins>{shown(after)}</ins>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** A value as a reader takes it in: references lose their mark, long ones their end. */
function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value) && value.every((part) => typeof part === "string"))
    return cut(value.map(bare).join(", ") || "–");
  return cut(typeof value === "string" ? bare(value) : JSON.stringify(value));
}

const bare = (text: string) => text.replace(/^@[a-z]+\//, "");
const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
