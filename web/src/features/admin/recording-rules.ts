/** The rules of recording, as a queue or a number may choose them. */

import type { TFunction } from "i18next";
import type { RecordingRule } from "@/lib/api";

const RULES: RecordingRule[] = ["always", "consent", "on_demand", "off"];

export const recordingRules = (t: TFunction) =>
  RULES.map((value) => ({ value, label: t(`recording_rule.${value}`) }));
