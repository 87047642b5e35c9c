/** Several matches give a pick list; none gives search, link and create. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Form, Input, Select } from "antd";
import { Search, UserPlus } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type CustomerCard, type Level, type Pop, unwrap } from "@/lib/api";
import { LevelChip, useSayRefusal } from "@/ui/parts";
import { useVerbs } from "./verbs";

const LEVELS: Level[] = ["regular", "silver", "gold", "platinum", "diamond"];

export function CustomerFinder({ pop, done }: { pop: Pop; done: () => void }) {
  const { t } = useTranslation();
  const [creating, setCreating] = useState(false);
  const unknown = pop.presumption === "none" && Boolean(pop.phone_masked);
  const [saving, setSaving] = useState(unknown);
  const link = useLink(pop.interaction_id, saving, done);
  if (creating) return <NewCustomer link={link} cancel={() => setCreating(false)} />;
  return (
    <div className="stack">
      {pop.matches.length > 0 && (
        <Picks label={t("finder.which")} customers={pop.matches} link={link} />
      )}
      <SearchCustomers link={link} />
      {unknown && (
        <Checkbox checked={saving} onChange={(event) => setSaving(event.target.checked)}>
          {t("finder.save_number")}
        </Checkbox>
      )}
      <Button icon={<UserPlus size={14} aria-hidden />} onClick={() => setCreating(true)}>
        {t("finder.create")}
      </Button>
    </div>
  );
}

type Link = (customer: string) => void;

function useLink(interaction: string, saveNumber: boolean, done: () => void): Link {
  const verbs = useVerbs(interaction);
  const client = useQueryClient();
  return (id) =>
    verbs.mutate(
      { verb: "customer", id, saveNumber },
      {
        onSuccess: () => {
          void client.invalidateQueries({ queryKey: ["pop", interaction] });
          done();
        },
      },
    );
}

function Picks({
  label,
  customers,
  link,
}: {
  label: string;
  customers: CustomerCard[];
  link: Link;
}) {
  return (
    <div>
      <h3>{label}</h3>
      <ul className="picks">
        {customers.map((customer) => (
          <li key={customer.id}>
            <button type="button" className="line-item" onClick={() => link(customer.id)}>
              <span className="grow clip">
                {customer.name}
                {customer.organisation && <span className="muted"> · {customer.organisation}</span>}
              </span>
              <LevelChip level={customer.level} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function SearchCustomers({ link }: { link: Link }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const { data } = useQuery({
    queryKey: ["customers", q],
    queryFn: () => unwrap(api.GET("/customers", { params: { query: { q } } })),
    enabled: q.length > 0,
  });
  return (
    <div>
      <Input
        value={text}
        onChange={(event) => setText(event.target.value)}
        prefix={<Search size={14} aria-hidden />}
        placeholder={t("finder.search")}
        aria-label={t("finder.search")}
        allowClear
      />
      {data && data.items.length === 0 && <p className="muted pad">{t("finder.nothing")}</p>}
      {data && data.items.length > 0 && (
        <Picks label={t("finder.found")} customers={data.items} link={link} />
      )}
    </div>
  );
}

type Fields = { name: string; level: Level; organisation?: string };

function NewCustomer({ link, cancel }: { link: Link; cancel: () => void }) {
  const { t } = useTranslation();
  const say = useSayRefusal();
  const create = useMutation({
    mutationFn: (fields: Fields) =>
      unwrap(api.POST("/customers", { body: { ...fields, phones: [], mailboxes: [] } })),
    onSuccess: ({ id }) => link(id),
    onError: say,
  });
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      initialValues={{ level: "regular" }}
      onFinish={(fields) => create.mutate(fields)}
    >
      <Form.Item
        name="name"
        label={t("finder.name")}
        rules={[{ required: true, message: t("common.required") }]}
      >
        <Input />
      </Form.Item>
      <Form.Item name="organisation" label={t("finder.organisation")}>
        <Input />
      </Form.Item>
      <Form.Item name="level" label={t("finder.level")}>
        <Select options={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))} />
      </Form.Item>
      <div className="row">
        <Button type="primary" htmlType="submit" loading={create.isPending}>
          {t("finder.save")}
        </Button>
        <Button type="text" onClick={cancel}>
          {t("common.cancel")}
        </Button>
      </div>
    </Form>
  );
}
