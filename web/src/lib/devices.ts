/** Which microphone, headset and ringer this browser uses: chosen apart, kept in this browser. */

import { useEffect, useState } from "react";
import { recall } from "./storage";

export interface DeviceChoice {
  microphone: string;
  headset: string;
  ringer: string;
  /** Echo cancellation, noise suppression and gain control; off where levels are measured. */
  processing: boolean;
}

export const DEVICES_KEY = "devices";
export const NO_CHOICE: DeviceChoice = {
  microphone: "",
  headset: "",
  ringer: "",
  processing: true,
};

export const chosenDevices = (): DeviceChoice => ({
  ...NO_CHOICE,
  ...recall(DEVICES_KEY, NO_CHOICE),
});

/** What getUserMedia is asked for. */
export function microphoneConstraints(choice: DeviceChoice): MediaStreamConstraints {
  return {
    video: false,
    audio: {
      ...(choice.microphone ? { deviceId: { ideal: choice.microphone } } : {}),
      echoCancellation: choice.processing,
      noiseSuppression: choice.processing,
      autoGainControl: choice.processing,
    },
  };
}

/** Microphones and loudspeakers as the browser lists them, kept up to date. */
export function useDeviceList(): MediaDeviceInfo[] {
  const [list, setList] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    const media = navigator.mediaDevices;
    if (!media) return;
    const read = () => void media.enumerateDevices().then(setList);
    read();
    media.addEventListener("devicechange", read);
    return () => media.removeEventListener("devicechange", read);
  }, []);
  return list;
}

/** Whether the user forbade the microphone to our origin; followed while the page is open. */
export function useMicrophoneForbidden(): boolean {
  const [forbidden, setForbidden] = useState(false);
  useEffect(() => {
    let permission: PermissionStatus | undefined;
    const read = () => setForbidden(permission?.state === "denied");
    navigator.permissions
      ?.query({ name: "microphone" as PermissionName })
      .then((found) => {
        permission = found;
        found.addEventListener("change", read);
        read();
      })
      .catch(() => undefined); // a browser that cannot tell: the call will
    return () => permission?.removeEventListener("change", read);
  }, []);
  return forbidden;
}

/** Loudness 0 … 1 of a stream, about twenty times a second; 0 without a stream. */
export function useLevel(stream: MediaStream | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!stream || stream.getAudioTracks().length === 0) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(analyser);
    const frame = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(frame);
      setLevel(loudness(frame));
    }, 50);
    return () => {
      clearInterval(timer);
      setLevel(0);
      void context.close();
    };
  }, [stream]);
  return level;
}

/** Root mean square on a scale that looks right: -60 dB is 0, full scale is 1. */
export function loudness(frame: Float32Array): number {
  const power = frame.reduce((sum, value) => sum + value * value, 0) / frame.length;
  const decibel = 10 * Math.log10(power + 1e-12);
  return Math.min(1, Math.max(0, (decibel + 60) / 60));
}
