/** How much of each channel an agent handles at once, and what runs beside what. */

import { Button, Form, InputNumber, Select } from "antd";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Channel } from "@/lib/api";
import { useRequired } from "./parts";
import { useAgentChoice } from "./queue-fields";
import { Remove } from "./queue-who";
import { CHANNELS, PAIRS } from "./routing-rules";

const MOST = 20;
const WRITTEN = ["chat", "email", "task"] as const;
/** The least and the most seconds of an offer and of a target, as the server takes them. */
const TIMES = {
  offer: { chat: [10, 600], email: [10, 3_600], task: [10, 3_600] },
  target: { chat: [5, 3_600], email: [60, 604_800], task: [60, 2_419_200] },
} as const;

export function CapacityFields() {
  const { t } = useTranslation();
  const channel = useChannel();
  const pair = (name: string) => (name.split("+") as Channel[]).map(channel).join(" + ");
  return (
    <>
      <h3 className="form-part">{t("capacity.title")}</h3>
      <p className="muted form-hint">{t("capacity.hint")}</p>
      <div className="level-weights">
        {CHANNELS.map((one) => (
          <Slot key={one} name={["capacity", one]} channel={one} label={channel(one)} />
        ))}
      </div>
      <div className="halves">
        <Form.Item
          name={["capacity", "interruptible"]}
          label={t("capacity.interruptible")}
          extra={t("capacity.interruptible_hint")}
        >
          <Select
            mode="multiple"
            options={WRITTEN.map((value) => ({ value, label: channel(value) }))}
          />
        </Form.Item>
        <Form.Item
          name={["capacity", "beside"]}
          label={t("capacity.beside")}
          extra={t("capacity.beside_hint")}
        >
          <Select mode="multiple" options={PAIRS.map((value) => ({ value, label: pair(value) }))} />
        </Form.Item>
      </div>
      <Times of="offer" />
      <Times of="target" />
      <OwnSlots />
    </>
  );
}

function useChannel(): (channel: Channel) => string {
  const { t } = useTranslation();
  return (channel) => t(`channel.${channel}`);
}

function Slot(props: { name: (string | number)[]; channel: Channel; label?: string }) {
  const { name, channel, label } = props;
  const required = useRequired();
  const told = useChannel()(channel);
  return (
    <Form.Item name={name} label={label} rules={required} noStyle={label === undefined}>
      <InputNumber
        min={0}
        max={channel === "voice" ? 1 : MOST}
        precision={0}
        {...(label ? {} : { "aria-label": told, prefix: told })}
      />
    </Form.Item>
  );
}

function Times({ of }: { of: "offer" | "target" }) {
  const { t } = useTranslation();
  const channel = useChannel();
  const required = useRequired();
  return (
    <>
      <p className="muted form-hint">{t(`capacity.${of}_hint`)}</p>
      <div className="level-weights">
        {WRITTEN.map((one) => (
          <Form.Item
            key={one}
            name={["capacity", "channels", `${one}_${of}_s`]}
            label={t(`capacity.${of}`, { channel: channel(one) })}
            rules={required}
          >
            <InputNumber min={TIMES[of][one][0]} max={TIMES[of][one][1]} precision={0} suffix="s" />
          </Form.Item>
        ))}
      </div>
    </>
  );
}

function OwnSlots() {
  const { t } = useTranslation();
  const required = useRequired();
  const agents = useAgentChoice();
  return (
    <>
      <p className="muted form-hint">{t("capacity.own_hint")}</p>
      <Form.List name={["capacity", "own"]}>
        {(rows, { add, remove }) => (
          <div className="stack" style={{ gap: 8 }}>
            {rows.map((row) => (
              <div key={row.key} className="row wrap">
                <Form.Item noStyle name={[row.name, "agent"]} rules={required}>
                  <Select
                    showSearch={{ optionFilterProp: "label" }}
                    options={agents}
                    aria-label={t("capacity.agent")}
                    placeholder={t("capacity.agent")}
                    style={{ minWidth: 160 }}
                  />
                </Form.Item>
                {CHANNELS.map((one) => (
                  <Slot key={one} name={[row.name, one]} channel={one} />
                ))}
                <Remove act={() => remove(row.name)} />
              </div>
            ))}
            <Button
              icon={<Plus size={14} aria-hidden />}
              onClick={() => add({ voice: 1, chat: 3, email: 2, task: 2 })}
            >
              {t("capacity.add")}
            </Button>
          </div>
        )}
      </Form.List>
    </>
  );
}
