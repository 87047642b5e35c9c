/** A moving picture, without sound: the call has the sound. */

import { useEffect, useRef, useState } from "react";

export function Picture({
  stream,
  label,
  className = "",
  mirrored = false,
  sized,
}: {
  stream: MediaStream | null | undefined;
  label: string;
  className?: string;
  mirrored?: boolean;
  sized?: (ratio: number) => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const [moves, setMoves] = useState(false);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream ?? null;
    setMoves(false);
    void element.play().catch(() => undefined);
  }, [stream]);
  const measure = () => {
    const element = video.current;
    if (element?.videoWidth) sized?.(element.videoWidth / element.videoHeight);
  };
  return (
    <video
      ref={video}
      className={`picture ${moves ? "" : "waits"} ${mirrored ? "mirrored" : ""} ${className}`}
      aria-label={label}
      muted
      autoPlay
      playsInline
      disablePictureInPicture
      onLoadedMetadata={measure}
      onResize={measure}
      onPlaying={() => setMoves(true)}
    />
  );
}
