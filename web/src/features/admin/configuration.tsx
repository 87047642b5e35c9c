/** The configuration as a whole: its versions and the way back, drafts, and files. */

import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "@/lib/session";
import { PageHead } from "@/ui/parts";
import { Drafts } from "./config-drafts";
import { Files } from "./config-files";
import { History } from "./config-history";

export function ConfigurationPage() {
  const { t } = useTranslation();
  const may = useMay();
  const writes = may("configuration.write");
  return (
    <>
      <PageHead title={t("admin.configuration")} />
      <Tabs
        items={[
          { key: "history", label: t("config.history"), children: <History writes={writes} /> },
          { key: "drafts", label: t("config.drafts"), children: <Drafts writes={writes} /> },
          { key: "files", label: t("config.files"), children: <Files writes={writes} /> },
        ]}
      />
    </>
  );
}
