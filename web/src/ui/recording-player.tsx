/** Plays a recording: two tracks drawn as one waveform each, seekable by mouse and by keys. */

import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { FileX2, Pause, Play } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { API_PREFIX, api, type RecordingBrief, unwrap, type Waveform } from "@/lib/api";
import { clock } from "@/lib/time";
import { Await, Blank } from "@/ui/parts";
import { useDark } from "@/ui/theme";
import "./recording-player.css";
import { paint } from "./waveform";

const SPEEDS = [1, 1.25, 1.5, 2] as const;
const STEP_S = 5;

export function RecordingPlayer({ recording }: { recording: RecordingBrief }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["waveform", recording.id],
    queryFn: () =>
      unwrap(api.GET("/recordings/{id}/waveform", { params: { path: { id: recording.id } } })),
    enabled: recording.state === "stored",
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (recording.state === "recording") return <p className="muted">{t("recording.recording")}</p>;
  if (recording.state === "missing") return <Blank icon={FileX2} title={t("recording.missing")} />;
  return (
    <Await query={query} rows={2}>
      {(waveform) => <Player recording={recording} waveform={waveform} />}
    </Await>
  );
}

function Player({ recording, waveform }: { recording: RecordingBrief; waveform: Waveform }) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at_s, setAt] = useState(0);
  const [speed, setSpeed] = useState<number>(1);
  const total_s =
    (recording.duration_ms ?? (waveform.customer.length / waveform.peaks_per_s) * 1000) / 1000;
  const seek = (seconds: number) => {
    const wanted = Math.min(total_s, Math.max(0, seconds));
    if (audio.current) audio.current.currentTime = wanted;
    setAt(wanted);
  };
  const toggle = () => void (playing ? audio.current?.pause() : audio.current?.play());
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed;
  }, [speed]);
  return (
    <div className="stack player">
      {/* biome-ignore lint/a11y/useMediaCaption: a call has no captions before it is transcribed */}
      <audio
        ref={audio}
        preload="none"
        src={`${API_PREFIX}/recordings/${recording.id}/audio`}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
      />
      <Wave
        waveform={waveform}
        part={total_s ? at_s / total_s : 0}
        total_s={total_s}
        at_s={at_s}
        seek={seek}
      />
      <div className="row">
        <Button
          shape="circle"
          type="primary"
          aria-label={playing ? t("recording.pause") : t("recording.play")}
          icon={playing ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          onClick={toggle}
        />
        <span className="num">
          {clock(at_s * 1000)} / {clock(total_s * 1000)}
        </span>
        <span className="grow" />
        <Select
          size="small"
          value={speed}
          onChange={setSpeed}
          aria-label={t("recording.speed")}
          options={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
        />
      </div>
    </div>
  );
}

function Wave({
  waveform,
  part,
  total_s,
  at_s,
  seek,
}: {
  waveform: Waveform;
  part: number;
  total_s: number;
  at_s: number;
  seek: (seconds: number) => void;
}) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useDark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when dark changes
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const draw = () => paint(element, waveform, part);
    draw();
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [waveform, part, dark]);
  const point = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * total_s);
  };
  const key = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -STEP_S, ArrowRight: STEP_S };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    seek(at_s + step);
  };
  return (
    <div className="wave">
      <span className="wave-label muted">{t("recording.customer")}</span>
      <span className="wave-label lower muted">{t("recording.agent")}</span>
      <canvas
        ref={canvas}
        role="slider"
        tabIndex={0}
        aria-label={t("recording.position")}
        aria-valuemin={0}
        aria-valuemax={Math.round(total_s)}
        aria-valuenow={Math.round(at_s)}
        aria-valuetext={clock(at_s * 1000)}
        onPointerDown={point}
        onPointerMove={point}
        onKeyDown={key}
      />
    </div>
  );
}
