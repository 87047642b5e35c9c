/** Beside a talk with a customer at a page: video, their screen with my marks, files. */

import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import {
  Brush,
  Camera,
  CameraOff,
  Eraser,
  Expand,
  MonitorUp,
  MousePointer2,
  Undo2,
  Video,
  X,
} from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap, type Work } from "@/lib/api";
import { agentsFiles, connects, type Part, type ShowingHandle, useShowing } from "@/lib/showing";
import { Chip, Panel } from "@/ui/parts";
import {
  Board,
  DropZone,
  PassedFiles,
  Picture,
  SendFile,
  type Tool,
  Trouble,
  useSending,
} from "@/ui/showing";

/** Nothing where the customer calls by telephone. */
export function ShowingPanel({ work }: { work: Work }) {
  const id = work.interaction_id;
  const { data } = useQuery({
    queryKey: ["showing", id],
    queryFn: () => unwrap(api.GET("/interactions/{id}/showing", { params: { path: { id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.possible ? <Showing interaction={id} /> : null;
}

function Showing({ interaction }: { interaction: string }) {
  const { t } = useTranslation();
  const path = `/api/v1/interactions/${encodeURIComponent(interaction)}/showing/line`;
  const handle = useShowing(
    "agent",
    useMemo(() => ({ side: "agent", path, hello: null }), [path]),
  );
  const { state } = handle;
  const files = agentsFiles(interaction);
  const sending = useSending(files);
  return (
    <DropZone take={state.line ? sending.send : null}>
      <Panel title={t("showing.title")}>
        <div className="stack">
          <Verbs handle={handle} sending={sending} />
          <Standing handle={handle} />
          <Trouble code={state.trouble ?? sending.trouble} />
          {state.parts.screen === "shown" && <Screen handle={handle} />}
          <Faces handle={handle} />
          <PassedFiles files={state.files} desk={files} />
        </div>
      </Panel>
    </DropZone>
  );
}

function Verbs({
  handle: { state, wish, turnCamera, camera },
  sending,
}: {
  handle: ShowingHandle;
  sending: ReturnType<typeof useSending>;
}) {
  const { t } = useTranslation();
  const open = state.line && state.peer;
  return (
    <div className="row wrap">
      <PartVerb part="video" stage={state.parts.video} open={open} wish={wish} icon={Video} />
      <PartVerb part="screen" stage={state.parts.screen} open={open} wish={wish} icon={MonitorUp} />
      {connects(state) && (
        <Button
          icon={camera ? <CameraOff size={15} aria-hidden /> : <Camera size={15} aria-hidden />}
          aria-pressed={camera !== null}
          onClick={() => turnCamera(camera === null)}
        >
          {camera ? t("showing.camera_off") : t("showing.camera_on")}
        </Button>
      )}
      {state.line && <SendFile {...sending} />}
    </div>
  );
}

function PartVerb({
  part,
  stage,
  open,
  wish,
  icon: Icon,
}: {
  part: Part;
  stage: string;
  open: boolean;
  wish: ShowingHandle["wish"];
  icon: typeof Video;
}) {
  const { t } = useTranslation();
  if (stage === "none")
    return (
      <Button
        icon={<Icon size={15} aria-hidden />}
        disabled={!open}
        onClick={() => wish("ask", part)}
      >
        {t(`showing.ask_${part}`)}
      </Button>
    );
  return (
    <Button icon={<X size={15} aria-hidden />} onClick={() => wish("take_back", part)}>
      {stage === "shown" ? t(`showing.end_${part}`) : t("showing.take_back")}
    </Button>
  );
}

function Standing({ handle: { state } }: { handle: ShowingHandle }) {
  const { t } = useTranslation();
  const waits = (["video", "screen"] as const).filter(
    (part) => state.parts[part] === "asked" || state.parts[part] === "agreed",
  );
  const quiet = state.parts.video === "none" && state.parts.screen === "none";
  return (
    <div role="status" className="row wrap">
      {state.line && !state.peer && <Chip tone="warn">{t("showing.page_away")}</Chip>}
      {waits.map((part) => (
        <Chip key={part} tone="accent">
          {t(`showing.${state.parts[part] as "asked" | "agreed"}_${part}`)}
        </Chip>
      ))}
      {quiet && state.peer && <span className="muted">{t("showing.hint")}</span>}
    </div>
  );
}

function Screen({ handle: { theirs, marks, mark } }: { handle: ShowingHandle }) {
  const { t } = useTranslation();
  const [tool, setTool] = useState<Tool>("point");
  const frame = useRef<HTMLDivElement>(null);
  const enlarge = () => {
    const board = frame.current?.querySelector(".board");
    if (document.fullscreenElement) void document.exitFullscreen();
    else void board?.requestFullscreen().catch(() => undefined);
  };
  useEffect(() => () => mark({ type: "away" }), [mark]);
  return (
    <div ref={frame}>
      <Board
        stream={theirs.screen}
        label={t("showing.customer_screen")}
        marks={marks}
        tool={tool}
        mark={mark}
      >
        <div className="showing-tools" role="toolbar" aria-label={t("showing.tools")}>
          <Segmented<Tool>
            value={tool}
            onChange={setTool}
            options={[
              {
                value: "point",
                label: t("showing.point"),
                icon: <MousePointer2 size={14} aria-hidden />,
              },
              { value: "draw", label: t("showing.draw"), icon: <Brush size={14} aria-hidden /> },
            ]}
          />
          <Button icon={<Undo2 size={15} aria-hidden />} onClick={() => mark({ type: "undo" })}>
            {t("showing.undo")}
          </Button>
          <Button icon={<Eraser size={15} aria-hidden />} onClick={() => mark({ type: "clear" })}>
            {t("showing.clear")}
          </Button>
          <Button icon={<Expand size={15} aria-hidden />} onClick={enlarge}>
            {t("showing.enlarge")}
          </Button>
        </div>
      </Board>
    </div>
  );
}

function Faces({ handle: { state, theirs, camera } }: { handle: ShowingHandle }) {
  const { t } = useTranslation();
  const seen = state.parts.video === "shown";
  if (!seen && !camera) return null;
  return (
    <div className="faces">
      {seen && (
        <div className="face">
          <Picture stream={theirs.video} label={t("showing.customer_camera")} />
        </div>
      )}
      {camera && (
        <div className="face small">
          <Picture stream={camera} label={t("showing.own_camera")} mirrored />
        </div>
      )}
    </div>
  );
}
