/** The configuration as a file: out as JSON; in as JSON or TOML, tried before it is applied. */

import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, Input } from "antd";
import { Download, FileUp } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Applied, api, unwrap } from "@/lib/api";
import { Panel, useSayRefusal } from "@/ui/parts";
import { TrialView } from "./differences";
import { useSave } from "./parts";

export function Files({ writes }: { writes: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <Panel title={t("config.export")}>
        <p className="muted" style={{ marginBottom: 10 }}>
          {t("config.export_hint")}
        </p>
        <Button
          icon={<Download size={14} aria-hidden />}
          href="/api/v1/configuration/export"
          download="trunkline.json"
        >
          {t("config.export")}
        </Button>
      </Panel>
      {writes && <ImportFile />}
    </div>
  );
}

function ImportFile() {
  const { t } = useTranslation();
  const say = useSayRefusal();
  const chooser = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [remove, setRemove] = useState(false);
  const [trial, setTrial] = useState<Applied | null>(null);
  const send = (dry_run: boolean) =>
    unwrap(
      api.POST("/configuration/import", {
        params: { query: { dry_run } },
        body: { text, remove },
      }),
    );
  const look = useMutation({ mutationFn: () => send(true), onSuccess: setTrial, onError: say });
  const apply = useSave(
    "configuration",
    () => send(false),
    () => {
      setTrial(null);
      setText("");
    },
  );
  const change = (next: string) => {
    setText(next);
    setTrial(null);
  };
  const possible = trial && !trial.problems.length && trial.changes.length > 0;
  return (
    <Panel title={t("config.import")}>
      <div className="stack">
        <input
          ref={chooser}
          type="file"
          hidden
          accept=".json,.toml"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void file.text().then(change);
            event.target.value = "";
          }}
        />
        <span className="row wrap">
          <Button icon={<FileUp size={14} aria-hidden />} onClick={() => chooser.current?.click()}>
            {t("config.choose")}
          </Button>
          <Checkbox
            checked={remove}
            onChange={(event) => {
              setRemove(event.target.checked);
              setTrial(null);
            }}
          >
            {t("config.remove_rest")}
          </Checkbox>
        </span>
        <Input.TextArea
          className="mono"
          rows={8}
          value={text}
          onChange={(event) => change(event.target.value)}
          aria-label={t("config.import")}
        />
        {trial && <TrialView trial={trial} />}
        <span className="row">
          <Button disabled={!text.trim()} loading={look.isPending} onClick={() => look.mutate()}>
            {t("config.try")}
          </Button>
          <Button
            type="primary"
            disabled={!possible}
            loading={apply.isPending}
            onClick={() => apply.mutate(undefined)}
          >
            {t("config.apply")}
          </Button>
        </span>
      </div>
    </Panel>
  );
}
