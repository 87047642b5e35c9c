/** The choice of a time zone, by its IANA name. */

import { Select } from "antd";

const ZONES = Intl.supportedValuesOf("timeZone").map((value) => ({ value, label: value }));

/** The time zone that this browser is in. */
export const hereZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A field of a form: antd gives it `id`, `value` and `onChange`. */
export function TimeZoneField(props: {
  id?: string;
  value?: string;
  onChange?: (zone: string) => void;
}) {
  return <Select<string> {...props} showSearch optionFilterProp="label" options={ZONES} />;
}
