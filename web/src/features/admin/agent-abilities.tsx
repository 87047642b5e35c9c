/** What requirements may ask of an agent besides skills: as fields, and as a requirement says it. */

import { Form, type FormRule, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Abilities, Agent } from "@/lib/api";
import { Chip } from "@/ui/parts";
import { quoted, tagOf, tagText } from "./abilities";

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;
const MOST_TIER = 5;

export type AbilityFields = Omit<Abilities, "tags"> & { tags: string[] };

export const abilityFields = (agent: Abilities): AbilityFields => ({
  languages: agent.languages,
  certifications: agent.certifications,
  tags: Object.entries(agent.tags).map(tagText),
  tier: agent.tier,
  region: agent.region,
});

export const abilitiesOf = (fields: AbilityFields): Abilities => ({
  languages: fields.languages,
  certifications: fields.certifications,
  tags: Object.fromEntries(fields.tags.flatMap((text) => tagOf(text) ?? [])),
  tier: fields.tier,
  region: fields.region.trim(),
});

export function AbilityInputs({ team }: { team: string | null | undefined }) {
  const { t } = useTranslation();
  const every = (fits: (text: string) => boolean, message: string): FormRule => ({
    validator: (_, given: string[]) =>
      (given ?? []).every(fits) ? Promise.resolve() : Promise.reject(new Error(message)),
  });
  return (
    <>
      <h3 className="form-part">{t("agents.part_abilities")}</h3>
      <Form.Item
        name="languages"
        label={t("agents.languages")}
        extra={t("agents.languages_hint")}
        rules={[every((text) => LANGUAGE.test(text), t("agents.language_invalid"))]}
      >
        <Select mode="tags" tokenSeparators={[",", " ", "，"]} options={[]} open={false} />
      </Form.Item>
      <Form.Item
        name="tags"
        label={t("agents.tags")}
        extra={t("agents.tags_hint")}
        rules={[every((text) => tagOf(text) !== null, t("agents.tag_invalid"))]}
      >
        <Select mode="tags" tokenSeparators={[",", "，"]} options={[]} open={false} />
      </Form.Item>
      <Form.Item
        name="certifications"
        label={t("agents.certifications")}
        extra={t("agents.certifications_hint")}
      >
        <Select mode="tags" tokenSeparators={[",", "，"]} options={[]} open={false} />
      </Form.Item>
      <div className="halves">
        <Form.Item name="tier" label={t("agents.tier")}>
          <InputNumber min={0} max={MOST_TIER} precision={0} />
        </Form.Item>
        <Form.Item name="region" label={t("agents.region")}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <p className="muted form-hint">
        {t("agents.team_hint", { team: team ?? t("agents.no_team") })}
      </p>
    </>
  );
}

/** What an agent has, each as a requirement would ask for it. */
export function AbilityChips({ agent }: { agent: Agent }) {
  const { skills, languages, tags, certifications, tier, region } = agent;
  const said = [
    ...Object.entries(skills).map(([skill, level]) => `${skill} ${level}`),
    ...languages.map((code) => `lang=${code}`),
    ...Object.entries(tags).map(([name, value]) => `${name}=${quoted(value)}`),
    ...certifications.map((one) => `cert=${quoted(one)}`),
    ...(tier ? [`tier>=${tier}`] : []),
    ...(region ? [`region=${quoted(region)}`] : []),
  ];
  return (
    <span className="row wrap">
      {said.map((text) => (
        <Chip key={text}>{text}</Chip>
      ))}
    </span>
  );
}
