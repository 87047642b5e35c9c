/** What a queue tells those who wait: how often, their place, the wait that is expected. */

import { Form, type FormRule, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { AnnouncementField, useAnnouncements } from "./announcement-choice";
import type { QueueFields } from "./queue-fields";

const CLOSEST_S = 10;

export function AnnounceFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<QueueFields>();
  const announcements = useAnnouncements();
  const music = [
    { value: "default", label: t("announcements.music_shipped") },
    { value: "none", label: t("announcements.music_none") },
    ...announcements,
  ];
  const every = Form.useWatch("announce_every_s", form);
  const spaced: FormRule = {
    validator: (_, seconds: number) =>
      seconds > 0 && seconds < CLOSEST_S
        ? Promise.reject(new Error(t("queue_announce.spaced")))
        : Promise.resolve(),
  };
  return (
    <>
      <h3 className="form-part">{t("queue_announce.title")}</h3>
      <div className="halves">
        <Form.Item
          name="announce_every_s"
          label={t("queue.announce_every")}
          extra={t("queue_announce.never")}
          rules={[spaced]}
          className="wide"
        >
          <InputNumber min={0} max={3600} suffix="s" />
        </Form.Item>
        {(["announce_place", "announce_wait"] as const).map((name) => (
          <Form.Item
            key={name}
            name={name}
            label={t(`queue_announce.${name}`)}
            valuePropName="checked"
            hidden={!every}
          >
            <Switch />
          </Form.Item>
        ))}
        <Form.Item name="music" label={t("announcements.music")}>
          <Select options={music} />
        </Form.Item>
        <AnnouncementField
          name="comfort_announcement"
          label={t("announcements.comfort")}
          extra={t("announcements.comfort_hint")}
        />
        <AnnouncementField
          name="voicemail_announcement"
          label={t("announcements.voicemail")}
          extra={t("announcements.shipped")}
        />
      </div>
    </>
  );
}
