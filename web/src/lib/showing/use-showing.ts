/** Runs one side of a showing: the reducer's effects on line, connection and devices. */

import { useCallback, useEffect, useRef, useState } from "react";
import { useMachine } from "@/lib/machine";
import { capture, failure } from "./capture";
import { ShowingLine } from "./line";
import { type Mark, type Marks, marked, NO_MARKS, readMark } from "./marks";
import { Peer } from "./peer";
import {
  type Deed,
  type Effect,
  type Event,
  idle,
  type Part,
  type Showing,
  type Side,
  showing,
  type Told,
} from "./state";

type Streams = Partial<Record<Part, MediaStream>>;

export interface ShowingHandle {
  state: Showing;
  /** What this page captures. */
  mine: Streams;
  /** What the other page shows. */
  theirs: Streams;
  /** The agent's own camera, at the agent's page. */
  camera: MediaStream | null;
  /** The marks now; read each frame, so they are no React state. */
  marks: { current: Marks };
  wish: (deed: Deed, part: Part) => void;
  mark: (mark: Mark) => void;
  turnCamera: (on: boolean) => void;
  say: (code: string | null) => void;
}

export interface Meeting {
  side: Side;
  path: string;
  hello: object | null;
}

const stop = (stream: MediaStream | null | undefined) => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

/** `meeting` null: nobody to meet. It is read anew when its path changes. */
export function useShowing(side: Side, meeting: Meeting | null): ShowingHandle {
  const line = useRef<ShowingLine | null>(null);
  const peer = useRef<Peer | null>(null);
  const marks = useRef<Marks>(NO_MARKS);
  const held = useRef<Streams>({});
  const [mine, setMine] = useState<Streams>({});
  const [theirs, setTheirs] = useState<Streams>({});
  const lens = useRef<MediaStream | null>(null);
  const [camera, setCamera] = useState<MediaStream | null>(null);
  const ice = useRef<RTCIceServer[]>([]);

  const hold = (part: Part, stream: MediaStream | undefined) => {
    held.current = { ...held.current, [part]: stream };
    setMine(held.current);
    peer.current?.put(part, stream?.getVideoTracks()[0] ?? null);
  };

  const perform = (effect: Effect, tell: (event: Event) => void): void => {
    switch (effect.type) {
      case "say":
        line.current?.say(effect.message);
        return;
      case "capture":
        void capture(effect.part)
          .then((stream) => {
            const [track] = stream.getVideoTracks();
            track?.addEventListener("ended", () =>
              tell({ type: "capture.ended", part: effect.part }),
            );
            hold(effect.part, stream);
            tell({ type: "captured", part: effect.part });
          })
          .catch((error: unknown) =>
            tell({
              type: "capture.failed",
              part: effect.part,
              cause: failure(error, effect.part),
            }),
          );
        return;
      case "stop":
        stop(held.current[effect.part]);
        hold(effect.part, undefined);
        return;
      case "connect": {
        const { round } = effect;
        peer.current?.close();
        const made: Peer = new Peer(ice.current, effect.offers, {
          signal: (signal) => line.current?.say({ type: "signal", round, ...signal }),
          received: (part, stream) => setTheirs((known) => ({ ...known, [part]: stream })),
          mark: (text) => {
            const told = side === "customer" ? readMark(text) : null;
            if (told) marks.current = marked(marks.current, told, performance.now());
          },
          failed: () => tell({ type: "trouble", code: "connection" }),
        });
        peer.current = made;
        for (const part of ["video", "screen"] as const) {
          const stream = side === "agent" && part === "video" ? lens.current : held.current[part];
          made.put(part, stream?.getVideoTracks()[0] ?? null);
        }
        return;
      }
      case "disconnect":
        peer.current?.close();
        peer.current = null;
        marks.current = NO_MARKS;
        setTheirs({});
        return;
      case "signal":
        peer.current?.hear(effect);
        return;
      case "camera":
        void turn(effect.on, tell);
        return;
    }
  };

  const show = (stream: MediaStream | null) => {
    lens.current = stream;
    setCamera(stream);
    peer.current?.put("video", stream?.getVideoTracks()[0] ?? null);
  };

  const turn = async (on: boolean, tell: (event: Event) => void): Promise<void> => {
    stop(lens.current);
    show(null);
    if (!on) return;
    try {
      show(await capture("video"));
    } catch (error) {
      tell({ type: "trouble", code: failure(error, "video") });
      line.current?.say({ type: "camera", on: false });
    }
  };

  const [state, send] = useMachine(showing, () => idle(side), perform);

  const path = meeting?.path ?? null;
  const hello = useRef(meeting?.hello ?? null);
  hello.current = meeting?.hello ?? null;
  useEffect(() => {
    if (path === null) return;
    const heard = (told: Told) => {
      if (told.type === "welcome") ice.current = told.ice;
      send({ type: "told", told });
    };
    const opened = new ShowingLine(path, hello.current, heard, () => send({ type: "lost" }));
    line.current = opened;
    return () => {
      opened.close();
      line.current = null;
      peer.current?.close();
      peer.current = null;
      for (const stream of [...Object.values(held.current), lens.current]) stop(stream);
      held.current = {};
      lens.current = null;
      marks.current = NO_MARKS;
      setMine({});
      setTheirs({});
      setCamera(null);
      send({ type: "left" });
    };
  }, [path, send]);

  const mark = useCallback((told: Mark) => {
    marks.current = marked(marks.current, told, performance.now());
    peer.current?.say(JSON.stringify(told), told.type === "point");
  }, []);

  return {
    state,
    mine,
    theirs,
    camera,
    marks,
    wish: (deed, part) => send({ type: "wish", deed, part }),
    mark,
    turnCamera: (on) => send({ type: "camera", on }),
    say: (code) => send({ type: "trouble", code }),
  };
}
