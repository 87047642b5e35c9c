/** Where the way ends: unknown addresses and pages that broke. */

import { Button } from "antd";
import { Compass, Unplug } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useRouteError } from "react-router";
import { Blank } from "@/ui/parts";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Blank icon={Compass} title={t("edge.not_found")}>
      <Link to="/">{t("edge.home")}</Link>
    </Blank>
  );
}

export function PageError() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <main style={{ display: "grid", height: "100%" }}>
      <Blank icon={Unplug} title={t("edge.broken")}>
        <code>{error instanceof Error ? error.message : String(error)}</code>
        <Button type="primary" onClick={() => location.reload()}>
          {t("edge.reload")}
        </Button>
      </Blank>
    </main>
  );
}
