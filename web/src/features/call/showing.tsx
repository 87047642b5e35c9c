/** The customer's side: asked first, able to offer, to stop at any time, and to send files. */

import { Button } from "antd";
import { MonitorUp, Video, X } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { GuestCall } from "@/lib/api";
import {
  canShareScreen,
  guestsFiles,
  type Meeting,
  type Part,
  type ShowingHandle,
  useShowing,
} from "@/lib/showing";
import { Chip } from "@/ui/parts";
import { Board, DropZone, PassedFiles, Picture, SendFile, Trouble, useSending } from "@/ui/showing";

const PARTS = ["video", "screen"] as const;
const ICONS = { video: Video, screen: MonitorUp };

export function useGuestShowing(call: GuestCall | null): ShowingHandle {
  const meeting = useMemo<Meeting | null>(() => {
    if (!call) return null;
    const { account, token } = call;
    const hello = { type: "hello", account, token };
    return { side: "customer", path: "/api/v1/guest/showing", hello };
  }, [call]);
  return useShowing("customer", meeting);
}

/** Whether there is enough to see that the page should be wide. */
export const isWide = ({ state }: ShowingHandle): boolean =>
  state.parts.screen === "shown" || state.parts.video === "shown" || state.camera;

export function GuestShowing({ call, handle }: { call: GuestCall; handle: ShowingHandle }) {
  const { state, wish } = handle;
  const files = guestsFiles(call.account, call.token);
  const sending = useSending(files);
  if (!state.line) return null;
  const asked = PARTS.filter((part) => state.parts[part] === "asked");
  const free = PARTS.filter((part) => state.parts[part] === "none");
  return (
    <DropZone take={state.peer ? sending.send : null} className="stack">
      {asked.map((part) => (
        <ConsentAsk key={part} part={part} wish={wish} />
      ))}
      {PARTS.map((part) => (
        <Shared key={part} part={part} handle={handle} />
      ))}
      <Faces handle={handle} />
      <Trouble code={state.trouble ?? sending.trouble} />
      {state.peer && (
        <div className="row wrap">
          {free.map((part) => (
            <Offer key={part} part={part} wish={wish} />
          ))}
          <SendFile {...sending} />
        </div>
      )}
      <PassedFiles files={state.files} desk={files} />
    </DropZone>
  );
}

/** The question comes to the front of whoever uses keys or hears the page. */
function ConsentAsk({ part, wish }: { part: Part; wish: ShowingHandle["wish"] }) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  const Icon = ICONS[part];
  const able = part === "video" || canShareScreen();
  return (
    <section
      ref={box}
      className="consent-ask"
      tabIndex={-1}
      role="alertdialog"
      aria-labelledby={`ask-${part}`}
      aria-describedby={`promise-${part}`}
    >
      <p className="row strong" id={`ask-${part}`}>
        <Icon size={18} aria-hidden />
        {t(`showing.asks_${part}`)}
      </p>
      <p id={`promise-${part}`}>{able ? t(`showing.promise_${part}`) : t("showing.no_screen")}</p>
      <div className="row wrap">
        {able && (
          <Button type="primary" onClick={() => wish("agree", part)}>
            {t(`showing.yes_${part}`)}
          </Button>
        )}
        <Button onClick={() => wish("refuse", part)}>{t("showing.no")}</Button>
      </div>
    </section>
  );
}

function Offer({ part, wish }: { part: Part; wish: ShowingHandle["wish"] }) {
  const { t } = useTranslation();
  const Icon = ICONS[part];
  if (part === "screen" && !canShareScreen()) return null;
  return (
    <Button icon={<Icon size={15} aria-hidden />} onClick={() => wish("agree", part)}>
      {t(`showing.offer_${part}`)}
    </Button>
  );
}

/** What the agent sees now, and the way to stop it. */
function Shared({ part, handle }: { part: Part; handle: ShowingHandle }) {
  const { t } = useTranslation();
  const { state, mine, marks, wish } = handle;
  const stage = state.parts[part];
  if (stage !== "agreed" && stage !== "shown") return null;
  const shown = stage === "shown";
  return (
    <div className="stack">
      <div className="row wrap">
        <Chip tone={shown ? "bad" : "accent"}>
          {shown ? t(`showing.shares_${part}`) : t("showing.choosing")}
        </Chip>
        <span className="grow" />
        <Button danger icon={<X size={15} aria-hidden />} onClick={() => wish("withdraw", part)}>
          {t(`showing.stop_${part}`)}
        </Button>
      </div>
      {shown && part === "screen" && (
        <Board stream={mine.screen} label={t("showing.own_screen")} marks={marks} />
      )}
    </div>
  );
}

/** The agent, and how the customer looks himself. */
function Faces({ handle: { state, mine, theirs } }: { handle: ShowingHandle }) {
  const { t } = useTranslation();
  const own = state.parts.video === "shown";
  if (!own && !state.camera) return null;
  return (
    <div className="faces">
      {state.camera && (
        <div className="face">
          <Picture stream={theirs.video} label={t("showing.agent_camera")} />
        </div>
      )}
      {own && (
        <div className={state.camera ? "face small" : "face"}>
          <Picture stream={mine.video} label={t("showing.own_camera")} mirrored />
        </div>
      )}
    </div>
  );
}
