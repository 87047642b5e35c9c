/** Every page, each in a file of its own that is loaded when it is first opened. */

import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { useMay, useMe } from "@/lib/session";
import { NotFound, PageError } from "./edges";
import { Guarded } from "./guarded";

const page = <T extends string>(load: () => Promise<Record<T, React.ComponentType>>, name: T) => ({
  lazy: async () => ({ Component: (await load())[name] }),
});

const admin: RouteObject[] = [
  { index: true, element: <Navigate to="users" replace /> },
  { path: "users", ...page(() => import("@/features/admin/users"), "UsersPage") },
  { path: "teams", ...page(() => import("@/features/admin/teams"), "TeamsPage") },
  { path: "queues", ...page(() => import("@/features/admin/queues"), "QueuesPage") },
  { path: "routing", ...page(() => import("@/features/admin/routing"), "RoutingPage") },
  { path: "customers", ...page(() => import("@/features/admin/customers"), "CustomersPage") },
  { path: "agents", ...page(() => import("@/features/admin/agents"), "AgentsPage") },
  {
    path: "dispositions",
    ...page(() => import("@/features/admin/dispositions"), "DispositionsPage"),
  },
  { path: "lists", ...page(() => import("@/features/admin/lists"), "DiallingListsPage") },
  { path: "outbound", ...page(() => import("@/features/admin/outbound"), "OutboundPage") },
  { path: "numbers", ...page(() => import("@/features/admin/numbers"), "NumbersPage") },
  {
    path: "announcements",
    ...page(() => import("@/features/admin/announcements"), "AnnouncementsPage"),
  },
  { path: "calendars", ...page(() => import("@/features/admin/calendars"), "CalendarsPage") },
  { path: "surveys", ...page(() => import("@/features/admin/surveys"), "SurveysPage") },
  { path: "skills", ...page(() => import("@/features/admin/skills"), "SkillsPage") },
  { path: "settings", ...page(() => import("@/features/admin/settings"), "SettingsPage") },
  {
    path: "configuration",
    ...page(() => import("@/features/admin/configuration"), "ConfigurationPage"),
  },
  { path: "jobs", ...page(() => import("@/features/admin/jobs"), "JobsPage") },
  { path: "audit", ...page(() => import("@/features/admin/audit"), "AuditPage") },
];

export const router = createBrowserRouter([
  {
    ErrorBoundary: PageError,
    HydrateFallback: () => null,
    children: [
      { path: "/login", ...page(() => import("@/features/login/page"), "LoginPage") },
      { path: "/call", ...page(() => import("@/features/call/page"), "CallPage") },
      { path: "/setup", ...page(() => import("@/features/setup/page"), "SetupPage") },
      {
        element: <Guarded bare />,
        children: [{ path: "/wall", ...page(() => import("@/features/wall/page"), "WallPage") }],
      },
      {
        element: <Guarded />,
        children: [
          { index: true, element: <Home /> },
          { path: "desk", ...page(() => import("@/features/desk/page"), "DeskPage") },
          {
            path: "interactions",
            ...page(() => import("@/features/interactions/list"), "InteractionsPage"),
          },
          {
            path: "interactions/:id",
            ...page(() => import("@/features/interactions/one"), "InteractionPage"),
          },
          {
            path: "callbacks",
            ...page(() => import("@/features/callbacks/list"), "CallbacksPage"),
          },
          {
            path: "voicemails",
            ...page(() => import("@/features/voicemails/list"), "VoicemailsPage"),
          },
          { path: "promises", ...page(() => import("@/features/promises/list"), "PromisesPage") },
          { path: "alerts", ...page(() => import("@/features/alerts/list"), "AlertsPage") },
          { path: "tickets", ...page(() => import("@/features/tickets/list"), "TicketsPage") },
          { path: "tickets/:id", ...page(() => import("@/features/tickets/one"), "TicketPage") },
          {
            path: "admin",
            ...page(() => import("@/features/admin/frame"), "AdminFrame"),
            children: admin,
          },
          { path: "*", element: <NotFound /> },
        ],
      },
    ],
  },
]);

function Home() {
  const { data: me } = useMe();
  const may = useMay();
  if (me?.agent && may("desk.use")) return <Navigate to="/desk" replace />;
  return <Navigate to={may("interactions.read") ? "/interactions" : "/call"} replace />;
}
