/** /setup: with a one-time token the first claim; else the walk to a first real call. */

import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useSearchParams } from "react-router";
import { useMay, useMe } from "@/lib/session";
import { Claim } from "./claim";
import "./setup.css";
import { Walk } from "./walk";

export function SetupPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const token = params.get("token");
  const me = useMe();
  const may = useMay();
  if (me.isPending) return null;
  if (token && !me.data) return <Claim token={token} />;
  if (!me.data) return <Navigate to="/login" replace state={{ from: "/setup" }} />;
  if (!may("setup.write")) return <Navigate to="/" replace />;
  return (
    <main className="setup">
      <header className="row between">
        <span className="row">
          <img src="/mark.svg" width={28} height={28} alt="" />
          <h1>{t("setup.title")}</h1>
        </span>
        <Link to="/">
          <Button type="text">{t("setup.later")}</Button>
        </Link>
      </header>
      <Walk />
    </main>
  );
}
