/** Users: who may sign in, as what, in which team. */

import { useQuery } from "@tanstack/react-query";
import {
  Button,
  DatePicker,
  Form,
  Input,
  Modal,
  Select,
  Switch,
  type TableColumnsType,
} from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { API_PREFIX, api, type Role, type User, unwrap } from "@/lib/api";
import { usePages } from "@/lib/pages";
import { useMay } from "@/lib/session";
import { moment } from "@/lib/time";
import { Chip, CopyText, PageHead } from "@/ui/parts";
import { FilterText, PagedRows } from "@/ui/rows";
import { FileButton } from "./lines";
import { FormDialog, useEditing, useRequired, useSave } from "./parts";
import { asLines } from "./user-lines";

const ROLES: Role[] = ["administrator", "supervisor", "agent", "quality", "planner", "auditor"];

const PAGE_SIZE = 100;

export function UsersPage() {
  const { t } = useTranslation();
  const editing = useEditing<User>("users.write");
  const [q, search] = useState<string>();
  const pages = usePages("users", q ? { q } : {}, (query) =>
    unwrap(api.GET("/users", { params: { query: { ...query, limit: PAGE_SIZE } } })),
  );
  const columns = [...useColumns(), editing.column];
  return (
    <>
      <PageHead title={t("admin.users")}>
        <FilterText name={t("common.search")} value={q} choose={search} />
        <UserFile />
        {editing.add && (
          <Button type="primary" icon={<Plus size={14} aria-hidden />} onClick={editing.add}>
            {t("common.add")}
          </Button>
        )}
      </PageHead>
      <PagedRows<User> pages={pages} columns={columns} rowKey="id" />
      {editing.dialog((user, close) => (
        <UserDialog user={user} close={close} />
      ))}
    </>
  );
}

/** All users as a file, and in again: who is not there is made, who differs is changed. */
function UserFile() {
  const may = useMay();
  const send = async (text: string, dry_run: boolean) => {
    const query = { dry_run };
    const body = { text, change: true };
    const told = await unwrap(api.POST("/users/import", { params: { query }, body }));
    return asLines(told);
  };
  return (
    <FileButton
      table="users"
      href={`${API_PREFIX}/users/export`}
      stale="users"
      send={may("users.write") ? send : undefined}
    />
  );
}

function useColumns(): TableColumnsType<User> {
  const { t, i18n } = useTranslation();
  return [
    { title: t("users.name"), dataIndex: "display_name" },
    { title: t("login.username"), dataIndex: "username" },
    {
      title: t("users.roles"),
      render: (_, user) => (
        <span className="row wrap">
          {user.roles.map(({ role, team_id, expires_at }) => (
            <Chip key={`${role}-${team_id}`}>
              {t(`role.${role}`)}
              {expires_at && ` · ${t("users.until", { at: moment(expires_at, i18n.language) })}`}
            </Chip>
          ))}
        </span>
      ),
    },
    {
      title: t("users.active"),
      render: (_, { active }) =>
        active ? t("common.yes") : <Chip tone="bad">{t("common.no")}</Chip>,
    },
    {
      title: t("users.last_login"),
      render: (_, user) => (
        <span className="num muted">{moment(user.last_login_at, i18n.language)}</span>
      ),
    },
  ];
}

type Fields = {
  username: string;
  display_name: string;
  roles: Role[];
  team_id?: string | null;
  active: boolean;
  password?: string;
  /** When the auditor's look ends. */
  auditor_until?: Dayjs | null;
};

function UserDialog({ user, close }: { user: User | null; close: () => void }) {
  const { t } = useTranslation();
  const required = useRequired();
  const [form] = Form.useForm<Fields>();
  const [made, setMade] = useState<User | null>(null);
  const teams = useQuery({ queryKey: ["teams"], queryFn: () => unwrap(api.GET("/teams")) });
  const save = useSave<Fields>("users", async (fields) => {
    if (user) return change(user, fields).then(close);
    const created = await create(fields);
    if (created.initial_password) setMade(created);
    else close();
  });
  if (made) return <FirstPassword user={made} close={close} />;
  const initial = user
    ? { ...user, roles: user.roles.map(({ role }) => role), auditor_until: auditorUntil(user) }
    : { roles: ["agent" as const], active: true };
  return (
    <FormDialog
      title={user ? user.display_name : t("users.new")}
      form={form}
      initial={initial}
      save={save}
      close={close}
    >
      <Form.Item name="username" label={t("login.username")} rules={required}>
        <Input disabled={user !== null} autoComplete="off" />
      </Form.Item>
      <Form.Item name="display_name" label={t("users.name")} rules={required}>
        <Input />
      </Form.Item>
      <Form.Item name="roles" label={t("users.roles")} rules={required}>
        <Select
          mode="multiple"
          options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before, after) => before.roles !== after.roles}>
        {({ getFieldValue }) =>
          getFieldValue("roles")?.includes("auditor") && (
            <Form.Item name="auditor_until" label={t("users.auditor_until")} rules={required}>
              <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
            </Form.Item>
          )
        }
      </Form.Item>
      <Form.Item name="team_id" label={t("users.team")}>
        <Select
          allowClear
          options={(teams.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("users.password")}
        extra={user ? t("users.password_keep") : t("users.password_made")}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {user && (
        <Form.Item name="active" label={t("users.active")} valuePropName="checked">
          <Switch />
        </Form.Item>
      )}
    </FormDialog>
  );
}

const create = ({ active: _, roles, auditor_until, ...fields }: Fields) =>
  unwrap(
    api.POST("/users", {
      body: { ...withoutEmpty(fields), roles: ended(roles.map(bare), auditor_until) },
    }),
  );

/** Roles that stay keep their team; the auditor's ends when the form says. */
function change(user: User, { username: _, roles, auditor_until, ...fields }: Fields) {
  const held = roles.flatMap((role) => {
    const before = user.roles.filter((one) => one.role === role);
    return before.length ? before : [bare(role)];
  });
  const kept = ended(held, auditor_until);
  const params = { path: { user_id: user.id } };
  return unwrap(
    api.PATCH("/users/{user_id}", { params, body: { ...withoutEmpty(fields), roles: kept } }),
  );
}

const bare = (role: Role): User["roles"][number] => ({ role });

const ended = (roles: User["roles"], until: Dayjs | null | undefined): User["roles"] =>
  roles.map((one) =>
    one.role === "auditor" ? { ...one, expires_at: until?.toISOString() ?? null } : one,
  );

function auditorUntil(user: User): Dayjs | null {
  const at = user.roles.find(({ role }) => role === "auditor")?.expires_at;
  return at ? dayjs(at) : null;
}

function withoutEmpty<T extends { password?: string }>({ password, ...rest }: T) {
  return password ? { ...rest, password } : rest;
}

function FirstPassword({ user, close }: { user: User; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={user.display_name}
      onCancel={close}
      onOk={close}
      footer={(_, { OkBtn }) => <OkBtn />}
    >
      <p>{t("users.first_password")}</p>
      <p className="secret mono">
        <CopyText text={user.initial_password ?? ""} />
      </p>
    </Modal>
  );
}
