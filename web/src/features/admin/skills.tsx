/** Who can what, as one grid: typed, or pasted from a spreadsheet; shown before it is written. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Agent, type Applied, api, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { Await, PageHead, useSayRefusal } from "@/ui/parts";
import { TrialView } from "./differences";
import { LinesButton } from "./lines";
import { useSave } from "./parts";
import { SkillSets } from "./skill-sets";
import { changedRows, type Grid, grantedBy, levelOf, withLevel, withPasted } from "./skills-grid";

export function SkillsPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["agents"], queryFn: () => unwrap(api.GET("/agents")) });
  return (
    <>
      <PageHead title={t("admin.skills")}>
        <LinesButton table="skills" stale="agents" />
      </PageHead>
      <Await query={query} rows={8}>
        {({ items }) => (
          <div className="stack">
            <SkillGrid
              key={JSON.stringify(items.map(({ username, skills }) => [username, skills]))}
              agents={items}
            />
            <SkillSets agents={items} />
          </div>
        )}
      </Await>
    </>
  );
}

function SkillGrid({ agents }: { agents: Agent[] }) {
  const { t, i18n } = useTranslation();
  const say = useSayRefusal();
  const writes = useMay()("configuration.write");
  const stored: Grid = Object.fromEntries(agents.map(({ username, skills }) => [username, skills]));
  const [grid, setGrid] = useState(stored);
  const [added, add] = useState<string[]>([]);
  const [trial, setTrial] = useState<Applied | null>(null);
  const users = agents.map(({ username }) => username);
  const sets = useQuery({
    queryKey: ["skill-sets"],
    queryFn: () => unwrap(api.GET("/skill-sets")),
  });
  const granted = grantedBy(agents, sets.data?.items ?? []);
  const held = [
    ...agents.flatMap(({ skills }) => Object.keys(skills)),
    ...Object.values(granted).flatMap((skills) => Object.keys(skills)),
  ];
  const skills = [...new Set([...held.sort(), ...added])];
  const changed = changedRows(stored, grid);
  const count = Object.keys(changed).length;
  const send = (dry_run: boolean) =>
    unwrap(
      api.POST("/configuration/import", {
        params: { query: { dry_run } },
        body: { text: JSON.stringify({ skills: changed }) },
      }),
    );
  const look = useMutation({ mutationFn: () => send(true), onSuccess: setTrial, onError: say });
  const apply = useSave(
    "agents",
    () => send(false),
    () => setTrial(null),
  );
  return (
    <div className="stack">
      {writes && (
        <div className="row between wrap">
          <span className="muted">{t("skills.hint")}</span>
          <span className="row">
            <Input.Search
              style={{ width: 220 }}
              maxLength={60}
              placeholder={t("agents.skill")}
              aria-label={t("agents.skill")}
              enterButton={t("agents.add_skill")}
              onSearch={(name) => name.trim() && add([...added, name.trim()])}
            />
            <Button disabled={!count} onClick={() => setGrid(stored)}>
              {t("common.cancel")}
            </Button>
            <Button
              type="primary"
              disabled={!count}
              loading={look.isPending}
              onClick={() => look.mutate()}
            >
              {t("skills.save", { count })}
            </Button>
          </span>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide grid is scrolled by keys as well */}
      <section className="panel skill-grid" aria-label={t("admin.skills")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("users.name")}</th>
              {skills.map((skill) => (
                <th key={skill} scope="col">
                  {skill}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {agents.map((agent, row) => (
              <tr key={agent.id} className={changed[agent.username] ? "changed" : ""}>
                <th scope="row">
                  {agent.name}
                  {agent.skill_sets.map(({ id, name, until }) => (
                    <span key={id} className="chip accent" title={moment(until, i18n.language)}>
                      {name}
                    </span>
                  ))}
                </th>
                {skills.map((skill, column) => (
                  <td key={skill}>
                    <input
                      aria-label={`${agent.name} ${skill}`}
                      inputMode="numeric"
                      disabled={!writes}
                      placeholder={granted[agent.username]?.[skill]?.toString() ?? ""}
                      title={
                        granted[agent.username]?.[skill]
                          ? t("skill_sets.granted", { level: granted[agent.username]?.[skill] })
                          : ""
                      }
                      value={grid[agent.username]?.[skill] ?? ""}
                      onFocus={(event) => event.target.select()}
                      onChange={({ target }) =>
                        setGrid(withLevel(grid, agent.username, skill, levelOf(target.value)))
                      }
                      onPaste={(event) => {
                        event.preventDefault();
                        const text = event.clipboardData.getData("text/plain");
                        setGrid(withPasted(grid, users, skills, { row, column }, text));
                      }}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {trial && (
        <Modal
          open
          width={720}
          title={t("config.would_change")}
          onCancel={() => setTrial(null)}
          okText={t("config.apply")}
          okButtonProps={{ disabled: trial.problems.length > 0, loading: apply.isPending }}
          onOk={() => apply.mutate(undefined)}
        >
          <TrialView trial={trial} />
        </Modal>
      )}
    </div>
  );
}
