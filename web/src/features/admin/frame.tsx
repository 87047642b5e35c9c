/** The admin pages' frame: the list of what may be changed, by permission. */

import { useTranslation } from "react-i18next";
import { NavLink, Outlet } from "react-router";
import { useMay } from "@/lib/session";
import "./admin.css";

const PAGES = [
  ["users", "users.read"],
  ["teams", "teams.read"],
  ["agents", "agents.read"],
  ["skills", "agents.read"],
  ["queues", "queues.read"],
  ["routing", "routing.read"],
  ["customers", "customers.read"],
  ["surveys", "surveys.read"],
  ["dispositions", "dispositions.read"],
  ["numbers", "numbers.read"],
  ["announcements", "announcements.read"],
  ["lists", "outbound.read"],
  ["outbound", "outbound.read"],
  ["calendars", "calendars.read"],
  ["settings", "settings.read"],
  ["configuration", "configuration.read"],
  ["jobs", "jobs.read"],
  ["audit", "audit.read"],
] as const;

export function AdminFrame() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <div className="admin">
      <nav className="admin-nav" aria-label={t("nav.admin")}>
        {PAGES.filter(([, permission]) => may(permission)).map(([page]) => (
          <NavLink key={page} to={page}>
            {t(`admin.${page}`)}
          </NavLink>
        ))}
      </nav>
      <div className="page">
        <Outlet />
      </div>
    </div>
  );
}
