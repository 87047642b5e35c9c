/** Choosing an announcement, where the reader may see them. */

import { useQuery } from "@tanstack/react-query";
import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { useMay } from "@/lib/session";

export function useAnnouncements() {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["announcements"],
    queryFn: () => unwrap(api.GET("/announcements")),
    enabled: may("announcements.read"),
  });
  return (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
}

/** A field that names one; without one what is shipped is said. */
export function AnnouncementField(props: { name: string; label: string; extra: string }) {
  const { t } = useTranslation();
  const options = useAnnouncements();
  return (
    <Form.Item
      name={props.name}
      label={props.label}
      extra={props.extra}
      normalize={(value: string | undefined) => value ?? null}
    >
      <Select
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        options={options}
        notFoundContent={t("announcements.none_yet")}
      />
    </Form.Item>
  );
}
