/** The frame of all pages: the rail of places, the bar with the agent's state, the banners. */

import { useQuery } from "@tanstack/react-query";
import {
  CalendarClock,
  Headset,
  ListTree,
  type LucideIcon,
  MonitorUp,
  PhoneCall,
  PhoneOutgoing,
  Settings2,
  TicketCheck,
  Voicemail,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { CallChip } from "@/features/desk/call-chip";
import { useMaybeDesk } from "@/features/desk/context";
import { StateSwitch } from "@/features/desk/state-switch";
import { api, type Me, unwrap } from "@/lib/api";
import { useHotkeys } from "@/lib/hotkeys";
import { useMay } from "@/lib/session";
import { Banners } from "./banners";
import "./shell.css";
import { Shortcuts } from "./shortcuts";
import { UserMenu } from "./user-menu";

const ADMIN = ["users.write", "queues.write", "audit.read", "jobs.read", "numbers.write"];

export function Shell({ me }: { me: Me }) {
  const { t } = useTranslation();
  const [listing, setListing] = useState(false);
  const desk = useMaybeDesk();
  const title = useTitle();
  useHotkeys({ "?": () => setListing(true) });
  useJumps();
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t("shell.skip")}
      </a>
      <Rail agent={desk !== null} />
      <div className="shell-main">
        <header className="topbar">
          <h1>{title}</h1>
          <div className="row">
            {desk && <CallChip />}
            {desk && <StateSwitch />}
            <UserMenu me={me} onShortcuts={() => setListing(true)} />
          </div>
        </header>
        <Banners />
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Shortcuts open={listing} close={() => setListing(false)} />
    </div>
  );
}

function Rail({ agent }: { agent: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <nav className="rail" aria-label={t("shell.places")}>
      <img src="/mark.svg" width={28} height={28} alt="Trunkline" />
      {agent && <Place to="/desk" icon={Headset} name={t("nav.desk")} />}
      {may("interactions.read") && (
        <Place to="/interactions" icon={ListTree} name={t("nav.interactions")} />
      )}
      {may("interactions.read") && (
        <Place to="/callbacks" icon={PhoneOutgoing} name={t("nav.callbacks")} />
      )}
      {may("interactions.read") && (
        <Place to="/promises" icon={CalendarClock} name={t("nav.promises")} />
      )}
      {may("voicemails.read") && <Voicemails />}
      {may("tickets.read") && <Place to="/tickets" icon={TicketCheck} name={t("nav.tickets")} />}
      {may("live.read") && may("queues.write") && (
        <Place to="/wall" icon={MonitorUp} name={t("nav.wall")} fresh />
      )}
      {ADMIN.some(may) && <Place to="/admin" icon={Settings2} name={t("nav.admin")} />}
      {may("calls.guest") && (
        <span className="bottom">
          <Place to="/call" icon={PhoneCall} name={t("nav.call")} fresh />
        </span>
      )}
    </nav>
  );
}

/** The messages, and how many of them nobody has heard. */
function Voicemails() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["voicemails", "new"],
    queryFn: () => unwrap(api.GET("/voicemails/new")),
    refetchInterval: 60_000,
  });
  const count = data?.count ?? 0;
  const name = (
    <>
      {t("nav.voicemails")}
      {count > 0 && <span className="num"> {count}</span>}
    </>
  );
  return <Place to="/voicemails" icon={Voicemail} name={name} />;
}

function Place({
  to,
  icon: Icon,
  name,
  fresh = false,
}: {
  to: string;
  icon: LucideIcon;
  name: ReactNode;
  fresh?: boolean;
}) {
  return (
    <NavLink to={to} className="place" {...(fresh ? { target: "_blank" } : {})}>
      <Icon size={18} aria-hidden />
      <span>{name}</span>
    </NavLink>
  );
}

function useTitle(): string {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const place = pathname.split("/")[1];
  if (place === "interactions") return t("nav.interactions");
  if (place === "callbacks") return t("nav.callbacks");
  if (place === "voicemails") return t("nav.voicemails");
  if (place === "promises") return t("nav.promises");
  if (place === "alerts") return t("alerts.title");
  if (place === "tickets") return t("nav.tickets");
  if (place === "admin") return t("nav.admin");
  return t("nav.desk");
}

/** Ctrl+1 … 3 are the browser's; Alt+Shift is ours. */
function useJumps(): void {
  const navigate = useNavigate();
  useHotkeys({
    "ctrl+j": () => void navigate("/desk"),
    "ctrl+i": () => void navigate("/interactions"),
  });
}
