/** Step 2: users, pasted from a table or a CSV file; looked at before they are made. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select, Table, type TableColumnsType, Upload } from "antd";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Imported, type Role, unwrap } from "@/lib/api";
import { Chip, CopyText, useSayRefusal } from "@/ui/parts";
import type { StepProps } from "./walk";

const ROLES: Role[] = ["agent", "supervisor", "quality", "planner", "administrator"];

export function UsersStep({ done }: StepProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const { look, make, result } = useImport(text, role);
  return (
    <div className="stack">
      <Input.TextArea
        rows={6}
        className="mono"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={"alice, Alice Chen\nbob, Bob Li, supervisor"}
        aria-label={t("setup.paste_users")}
      />
      <div className="row wrap">
        <Upload
          accept=".csv,.txt,.tsv"
          showUploadList={false}
          beforeUpload={(file) => {
            void file.text().then(setText);
            return false;
          }}
        >
          <Button icon={<FileUp size={14} aria-hidden />}>{t("setup.choose_file")}</Button>
        </Upload>
        <Select
          value={role}
          onChange={setRole}
          aria-label={t("setup.default_role")}
          options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          style={{ width: 140 }}
        />
        <span className="grow" />
        <Button disabled={!text.trim()} loading={look.isPending} onClick={() => look.mutate()}>
          {t("setup.look")}
        </Button>
        <Button
          type="primary"
          disabled={!result || result.problems > 0 || !result.dry_run}
          loading={make.isPending}
          onClick={() => make.mutate()}
        >
          {t("setup.make_users", { count: result?.rows.length ?? 0 })}
        </Button>
      </div>
      {result && <Rows result={result} />}
      {result && !result.dry_run && (
        <>
          <p className="muted">{t("setup.passwords_once")}</p>
          <div>
            <Button type="primary" onClick={done}>
              {t("setup.take")}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function useImport(text: string, role: Role) {
  const [result, setResult] = useState<Imported | null>(null);
  const client = useQueryClient();
  const say = useSayRefusal();
  const run = (dry_run: boolean) =>
    unwrap(api.POST("/users/import", { params: { query: { dry_run } }, body: { text, role } }));
  const look = useMutation({ mutationFn: () => run(true), onSuccess: setResult, onError: say });
  const make = useMutation({
    mutationFn: () => run(false),
    onSuccess: (made) => {
      setResult(made);
      void client.invalidateQueries({ queryKey: ["users"] });
    },
    onError: say,
  });
  return { look, make, result };
}

type Row = Imported["rows"][number];

function Rows({ result }: { result: Imported }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<Row> = [
    { title: t("login.username"), dataIndex: "username" },
    { title: t("users.name"), dataIndex: "display_name" },
    { title: t("users.roles"), dataIndex: "role" },
    {
      title: t("setup.outcome"),
      render: (_, { problem, initial_password }) =>
        problem ? (
          <Chip tone="bad">{problem}</Chip>
        ) : initial_password ? (
          <CopyText text={initial_password} />
        ) : (
          <Chip tone="ok">{t("checks.ok")}</Chip>
        ),
    },
  ];
  return (
    <Table<Row>
      size="small"
      rowKey="line"
      columns={columns}
      dataSource={result.rows}
      pagination={false}
    />
  );
}
