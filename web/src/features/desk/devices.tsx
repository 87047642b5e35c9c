/** Microphone check, and the choice of microphone, headset and ringer – each apart. */

import { Button, Modal, Select, Switch } from "antd";
import { Mic, Volume2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  DEVICES_KEY,
  type DeviceChoice,
  microphoneConstraints,
  NO_CHOICE,
  useDeviceList,
  useLevel,
} from "@/lib/devices";
import { useKept } from "@/lib/storage";
import { TonePlayer } from "@/lib/tones";
import { Meter } from "@/ui/parts";
import { DEVICES_CHANGED } from "./phone";

const tones = new TonePlayer();
const HEARD = 0.25;

export function DeviceDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [kept, keep] = useKept<DeviceChoice>(DEVICES_KEY, NO_CHOICE);
  const choice = { ...NO_CHOICE, ...kept };
  const change = (patch: Partial<DeviceChoice>) => {
    keep({ ...choice, ...patch });
    window.dispatchEvent(new Event(DEVICES_CHANGED));
  };
  return (
    <Modal open onCancel={close} footer={null} title={t("devices.title")} width={480}>
      <div className="stack devices">
        <Pick
          kind="audioinput"
          label={t("devices.microphone")}
          value={choice.microphone}
          change={(microphone) => change({ microphone })}
        />
        <MicrophoneCheck choice={choice} />
        <Pick
          kind="audiooutput"
          label={t("devices.headset")}
          value={choice.headset}
          change={(headset) => change({ headset })}
        />
        <Try device={choice.headset} />
        <Pick
          kind="audiooutput"
          label={t("devices.ringer")}
          value={choice.ringer}
          change={(ringer) => change({ ringer })}
        />
        <Try device={choice.ringer} />
        <label className="row between" htmlFor="processing">
          {t("devices.processing")}
          <Switch
            id="processing"
            checked={choice.processing}
            onChange={(processing) => change({ processing })}
          />
        </label>
        <NotificationWish />
      </div>
    </Modal>
  );
}

function Pick({
  kind,
  label,
  value,
  change,
}: {
  kind: MediaDeviceKind;
  label: string;
  value: string;
  change: (id: string) => void;
}) {
  const { t } = useTranslation();
  const named = useDeviceList().filter(
    (device) => device.kind === kind && device.deviceId && device.deviceId !== "default",
  );
  const options = [
    { value: "", label: t("devices.system") },
    ...named.map(({ deviceId, label: name }) => ({
      value: deviceId,
      label: name || t("devices.unnamed"),
    })),
  ];
  return (
    <div>
      <h3>{label}</h3>
      <Select
        style={{ width: "100%" }}
        value={value}
        onChange={change}
        options={options}
        aria-label={label}
      />
    </div>
  );
}

/** Opens the microphone only while it is being checked. */
function MicrophoneCheck({ choice }: { choice: DeviceChoice }) {
  const { t } = useTranslation();
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [denied, setDenied] = useState(false);
  const [heard, setHeard] = useState(false);
  const level = useLevel(stream);
  const open = useRef<MediaStream | null>(null);
  useEffect(() => () => stop(open.current), []);
  useEffect(() => {
    if (level > HEARD) setHeard(true);
  }, [level]);
  const start = async () => {
    try {
      open.current = await navigator.mediaDevices.getUserMedia(microphoneConstraints(choice));
      setDenied(false);
      setHeard(false);
      setStream(open.current);
    } catch {
      setDenied(true);
    }
  };
  const end = () => {
    stop(open.current);
    setStream(null);
  };
  return (
    <div className="stack" style={{ gap: 8 }}>
      <div className="row">
        <Button
          size="small"
          icon={<Mic size={14} aria-hidden />}
          onClick={() => (stream ? end() : void start())}
        >
          {stream ? t("devices.stop") : t("devices.speak")}
        </Button>
        <span className="grow">
          <Meter level={level} label={t("devices.level")} />
        </span>
      </div>
      <p role="status" className={denied ? "chip bad tall" : "muted"}>
        {denied
          ? t("refusal.microphone_denied")
          : heard
            ? t("devices.heard")
            : stream
              ? t("devices.say")
              : ""}
      </p>
    </div>
  );
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function Try({ device }: { device: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <Button
        size="small"
        icon={<Volume2 size={14} aria-hidden />}
        onClick={() => tones.play("check", device)}
      >
        {t("devices.try")}
      </Button>
    </div>
  );
}

/** A hidden tab can still announce a call, when the agent wishes it. */
function NotificationWish() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState(
    () => globalThis.Notification?.permission ?? "denied",
  );
  if (permission !== "default") return null;
  return (
    <Button onClick={() => void Notification.requestPermission().then(setPermission)}>
      {t("devices.notify")}
    </Button>
  );
}
