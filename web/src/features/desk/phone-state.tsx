/** Can this agent be rung: the softphone's registration, or the desk phone's, and the choice of the two. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { Settings2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type DeviceKind, type Me, unwrap } from "@/lib/api";
import { ME } from "@/lib/session";
import type { Phone } from "@/lib/softphone";
import { Panel, useSayRefusal } from "@/ui/parts";
import { TrialNote } from "@/ui/trial";
import { useDesk } from "./context";

export function PhoneState({ onCheck }: { onCheck: () => void }) {
  const { t } = useTranslation();
  const { me, phone, mute } = useDesk();
  const change = useDeviceChange();
  const condition = conditionOf(me, phone);
  return (
    <Panel title={t("phone.title")}>
      <div className="stack">
        <Segmented<DeviceKind>
          block
          value={me.device.kind}
          disabled={me.work !== null}
          onChange={(kind) => change.mutate(kind)}
          options={[
            { value: "browser", label: t("phone.browser") },
            { value: "sip", label: t("phone.sip") },
          ]}
        />
        <div className="row between">
          <span className="row" role="status">
            <span
              className={`dot ${condition === "registered" ? "ok" : condition === "connecting" ? "warn" : "bad"}`}
              aria-hidden
            />
            {t(`phone.${condition}`)}
          </span>
          <Button
            size="small"
            type="text"
            icon={<Settings2 size={14} aria-hidden />}
            onClick={onCheck}
          >
            {t("devices.short")}
          </Button>
        </div>
        {mute && <p className="chip bad tall">{t("refusal.microphone_denied")}</p>}
        <TrialNote />
      </div>
    </Panel>
  );
}

function conditionOf(me: Me, phone: Phone): "registered" | "connecting" | "unreachable" {
  if (me.device.kind === "sip") return me.device.reachable === false ? "unreachable" : "registered";
  if (phone.link === "registered") return "registered";
  return phone.link === "asking" || phone.link === "connecting" ? "connecting" : "unreachable";
}

function useDeviceChange() {
  const client = useQueryClient();
  const say = useSayRefusal();
  return useMutation({
    mutationFn: (kind: DeviceKind) => unwrap(api.PUT("/me/device", { body: { kind } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ME }),
    onError: say,
  });
}
