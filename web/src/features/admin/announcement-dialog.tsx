/** The form of an announcement: a file that is sent in, or a text that is heard before it is kept. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Segmented, Select } from "antd";
import { FileUp, Volume2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Announcement, api, type SpokenLanguage, unwrap } from "@/lib/api";
import { useSayRefusal } from "@/ui/parts";
import { FormDialog, useRequired, useSave } from "./parts";

const LANGUAGES: Record<SpokenLanguage, string> = {
  zh: "中文",
  en: "English",
  ja: "日本語",
  ko: "한국어",
};
const ACCEPT = "audio/*,video/webm,video/mp4,.wav,.mp3,.ogg,.opus,.m4a,.flac,.aac,.wma,.amr";
const MOST_BYTES = 24 * 1024 * 1024;

type Fields = { name: string; text?: string; language: SpokenLanguage };
type Source = "file" | "text";
type Told = { text: string; language: SpokenLanguage };

export function AnnouncementDialog({
  one,
  close,
}: {
  one: Announcement | null;
  close: () => void;
}) {
  const { t } = useTranslation();
  const required = useRequired();
  const [form] = Form.useForm<Fields>();
  const [source, choose] = useState<Source>(one?.text ? "text" : "file");
  const [file, take] = useState<File | null>(null);
  const save = useSave<Fields>("announcements", (fields) => keep(one, source, file, fields), close);
  const initial = { name: one?.name ?? "", text: one?.text ?? "", language: one?.language || "zh" };
  return (
    <FormDialog
      title={one?.name ?? t("announcements.new")}
      form={form}
      initial={initial as Fields}
      save={save}
      close={close}
    >
      <Form.Item name="name" label={t("announcements.name")} rules={required}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item label={t("announcements.source")}>
        <Segmented<Source>
          value={source}
          onChange={choose}
          options={[
            { value: "file", label: t("announcements.file") },
            { value: "text", label: t("announcements.text") },
          ]}
        />
      </Form.Item>
      {source === "file" ? <FileField file={file} take={take} needed={!one} /> : <TextFields />}
    </FormDialog>
  );
}

/** Only what was changed is sent. */
async function keep(one: Announcement | null, source: Source, file: File | null, fields: Fields) {
  const { name, text = "", language } = fields;
  if (!one) {
    if (source === "text")
      return unwrap(api.POST("/announcements", { body: { name, text, language } }));
    return unwrap(
      api.POST("/announcements/audio", { params: { query: { name } }, ...asFile(file) }),
    );
  }
  const params = { path: { announcement_id: one.id } };
  if (name !== one.name)
    await unwrap(api.PATCH("/announcements/{announcement_id}", { params, body: { name } }));
  if (source === "file" && file)
    await unwrap(api.PUT("/announcements/{announcement_id}/audio", { params, ...asFile(file) }));
  if (source === "text" && (text !== one.text || language !== one.language))
    await unwrap(
      api.PUT("/announcements/{announcement_id}/text", { params, body: { text, language } }),
    );
}

function asFile(file: File | null) {
  return {
    body: file as Blob,
    bodySerializer: (body: Blob) => body,
    headers: { "Content-Type": "application/octet-stream" },
  };
}

function FileField(props: {
  file: File | null;
  take: (file: File | null) => void;
  needed: boolean;
}) {
  const { t } = useTranslation();
  const chooser = useRef<HTMLInputElement>(null);
  const { file, take, needed } = props;
  return (
    <Form.Item
      name="file"
      extra={t("announcements.file_hint")}
      rules={[
        {
          validator: () => {
            if (needed && !file) return Promise.reject(new Error(t("common.required")));
            if (file && file.size > MOST_BYTES)
              return Promise.reject(new Error(t("refusal.body_too_large")));
            return Promise.resolve();
          },
        },
      ]}
    >
      <div>
        <input
          ref={chooser}
          type="file"
          hidden
          accept={ACCEPT}
          aria-label={t("announcements.file")}
          onChange={(event) => take(event.target.files?.[0] ?? null)}
        />
        <span className="row wrap">
          <Button icon={<FileUp size={14} aria-hidden />} onClick={() => chooser.current?.click()}>
            {t("config.choose")}
          </Button>
          {file && <span className="muted">{file.name}</span>}
          {file && <Heard sound={file} name={file.name} />}
        </span>
      </div>
    </Form.Item>
  );
}

function TextFields() {
  const { t } = useTranslation();
  const required = useRequired();
  const say = useSayRefusal();
  const form = Form.useFormInstance<Fields>();
  const text = Form.useWatch("text", form) ?? "";
  const voices = useQuery({
    queryKey: ["voices"],
    queryFn: () => unwrap(api.GET("/announcements/voices")),
  });
  const preview = useMutation({
    mutationFn: (body: Told) =>
      unwrap(api.POST("/announcements/previews", { body, parseAs: "blob" })),
    onError: say,
  });
  const there = voices.data?.languages ?? [];
  if (voices.data && there.length === 0)
    return (
      <Alert
        type="warning"
        title={t("refusal.voice_not_installed")}
        description={<code>{voices.data.remedy}</code>}
      />
    );
  const { language = "zh" } = form.getFieldsValue();
  return (
    <>
      <Alert type="info" title={t("announcements.synthetic")} style={{ marginBottom: 12 }} />
      <Form.Item name="language" label={t("menu.language")}>
        <Select options={there.map((value) => ({ value, label: LANGUAGES[value] }))} />
      </Form.Item>
      <Form.Item name="text" label={t("announcements.text")} rules={required}>
        <Input.TextArea rows={4} maxLength={1000} showCount />
      </Form.Item>
      <span className="row wrap">
        <Button
          icon={<Volume2 size={14} aria-hidden />}
          disabled={!text.trim()}
          loading={preview.isPending}
          onClick={() =>
            preview.mutate({ text, language: form.getFieldValue("language") ?? language })
          }
        >
          {t("announcements.preview")}
        </Button>
        {preview.data && <Heard sound={preview.data as Blob} name={t("announcements.preview")} />}
      </span>
    </>
  );
}

/** A sound that is here already, played from the page's memory. */
function Heard({ sound, name }: { sound: Blob; name: string }) {
  const [src, point] = useState("");
  useEffect(() => {
    const url = URL.createObjectURL(sound);
    point(url);
    return () => URL.revokeObjectURL(url);
  }, [sound]);
  if (!src) return null;
  // biome-ignore lint/a11y/useMediaCaption: what it says stands beside it
  return <audio controls src={src} aria-label={name} style={{ height: 32 }} />;
}
