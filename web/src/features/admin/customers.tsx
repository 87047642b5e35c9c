/** Customers: their level, who looks after them, and whether a contract counts for routing. */

import { Button, Form, Input, Select, Switch, type TableColumnsType } from "antd";
import { Plus, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type Customer, type CustomerChange, unwrap } from "@/lib/api";
import { useFilters } from "@/lib/filters";
import { usePages } from "@/lib/pages";
import { Chip, LevelChip, PageHead } from "@/ui/parts";
import { PagedRows } from "@/ui/rows";
import { FormDialog, useEditing, useRequired, useSave } from "./parts";
import { useAgentChoice } from "./queue-fields";
import { LEVELS } from "./routing-rules";

const LANGUAGES = ["zh", "en", "ja", "ko"] as const;
const MOST_PHONES = 20;

export function CustomersPage() {
  const { t } = useTranslation();
  const { chosen, choose } = useFilters(["q"] as const);
  const q = chosen.q ? { q: chosen.q } : {};
  const pages = usePages("customers", q, (query) =>
    unwrap(api.GET("/customers", { params: { query } })),
  );
  const editing = useEditing<Customer>("customers.write");
  const managers = new Map(useAgentChoice().map(({ value, label }) => [value, label]));
  const columns: TableColumnsType<Customer> = [
    { title: t("customer.title"), dataIndex: "name" },
    { title: t("customers.level"), render: (_, { level }) => <LevelChip level={level} /> },
    {
      title: t("customers.organisation"),
      render: (_, { organisation, contract }) => (
        <span className="row">
          {organisation}
          {contract && <Chip tone="ok">{t("routing.contract")}</Chip>}
        </span>
      ),
    },
    {
      title: t("customers.manager"),
      render: (_, { manager_id }) => (manager_id ? (managers.get(manager_id) ?? "–") : "–"),
    },
    {
      title: t("customer.number"),
      render: (_, { identities }) => (
        <span className="num">{identities.map((one) => one.value ?? one.masked).join(", ")}</span>
      ),
    },
    editing.column,
  ];
  return (
    <>
      <PageHead title={t("admin.customers")}>
        <Input.Search
          allowClear
          style={{ width: 240 }}
          maxLength={80}
          defaultValue={chosen.q}
          placeholder={t("customers.find")}
          aria-label={t("customers.find")}
          onSearch={(text) => choose({ q: text.trim() || undefined })}
        />
        {editing.add && (
          <Button type="primary" icon={<Plus size={14} aria-hidden />} onClick={editing.add}>
            {t("common.add")}
          </Button>
        )}
      </PageHead>
      <PagedRows<Customer>
        pages={pages}
        columns={columns}
        rowKey="id"
        icon={UserRound}
        empty={t("customers.empty")}
      />
      {editing.dialog((customer, close) => (
        <CustomerDialog customer={customer} close={close} />
      ))}
    </>
  );
}

type Fields = CustomerChange & { phones?: string[]; mailboxes?: string[]; mailbox?: string };

function CustomerDialog({ customer, close }: { customer: Customer | null; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const required = useRequired();
  const agents = useAgentChoice();
  const wrong = t("customers.mailbox_invalid");
  const mailbox = [{ type: "email" as const, message: wrong }];
  const save = useSave<Fields>(
    "customers",
    async ({ phones = [], mailboxes = [], mailbox, ...fields }) => {
      const body = {
        ...fields,
        organisation: fields.organisation?.trim() || null,
        note: fields.note?.trim() || null,
        manager_id: fields.manager_id ?? null,
      };
      if (!customer)
        return unwrap(api.POST("/customers", { body: { ...body, phones, mailboxes } }));
      const params = { path: { id: customer.id } };
      if (mailbox?.trim()) {
        const known = { kind: "email", value: mailbox.trim() };
        await unwrap(api.POST("/customers/{id}/identities", { params, body: known }));
      }
      return unwrap(api.PATCH("/customers/{id}", { params, body }));
    },
    close,
  );
  const initial: Partial<Fields> = customer
    ? {
        name: customer.name,
        level: customer.level,
        language: customer.language,
        contract: customer.contract,
        ...(customer.organisation ? { organisation: customer.organisation } : {}),
        ...(customer.note ? { note: customer.note } : {}),
        ...(customer.manager_id ? { manager_id: customer.manager_id } : {}),
      }
    : { level: "regular", language: "zh", contract: false };
  return (
    <FormDialog
      title={customer?.name ?? t("customers.new")}
      form={form}
      initial={initial}
      save={save}
      close={close}
    >
      <Form.Item name="name" label={t("users.name")} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      {!customer && (
        <Form.Item name="phones" label={t("customer.number")}>
          <Select
            mode="tags"
            open={false}
            options={[]}
            maxCount={MOST_PHONES}
            tokenSeparators={[",", " ", "，"]}
          />
        </Form.Item>
      )}
      {customer ? (
        <Form.Item
          name="mailbox"
          label={t("customers.add_mailbox")}
          extra={t("customers.mailbox_hint")}
          rules={mailbox}
        >
          <Input maxLength={254} placeholder={mailboxesOf(customer)} />
        </Form.Item>
      ) : (
        <Form.Item
          name="mailboxes"
          label={t("customers.mailbox")}
          extra={t("customers.mailbox_hint")}
          rules={[{ type: "array", defaultField: { type: "email" }, message: wrong }]}
        >
          <Select
            mode="tags"
            open={false}
            options={[]}
            maxCount={MOST_PHONES}
            tokenSeparators={[",", " ", "，"]}
          />
        </Form.Item>
      )}
      <div className="halves">
        <Form.Item name="level" label={t("customers.level")}>
          <Select options={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))} />
        </Form.Item>
        <Form.Item name="language" label={t("customers.language")}>
          <Select
            options={LANGUAGES.map((value) => ({ value, label: t(`customer_language.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="organisation" label={t("customers.organisation")}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item
          name="contract"
          label={t("customers.contract")}
          extra={t("customers.contract_hint")}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      </div>
      <Form.Item
        name="manager_id"
        label={t("customers.manager")}
        extra={t("customers.manager_hint")}
      >
        <Select allowClear showSearch={{ optionFilterProp: "label" }} options={agents} />
      </Form.Item>
      <Form.Item name="note" label={t("customers.note")}>
        <Input.TextArea rows={3} maxLength={4000} />
      </Form.Item>
    </FormDialog>
  );
}

function mailboxesOf({ identities }: Customer): string {
  const known = identities.filter(({ kind }) => kind === "email");
  return known.map((one) => one.value ?? one.masked).join(", ");
}
