/** Whom to call: a colleague by name or extension, who is called at once, or a number. */

import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Input } from "antd";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/lib/api";
import { Chip } from "@/ui/parts";
import { type Colleague, called } from "./targets";

const REFRESH_MS = 3_000;

/** `call` is told the colleague; what is no colleague is left to the form around it. */
export function ColleagueField({
  value = "",
  onChange,
  call,
  name,
}: {
  value?: string;
  onChange?: (typed: string) => void;
  call: (colleague: Colleague) => void;
  name: string;
}) {
  const wanted = useDeferredValue(value.trim());
  const { data } = useQuery({
    queryKey: ["targets", wanted],
    queryFn: () => unwrap(api.GET("/targets", { params: { query: { q: wanted } } })),
    refetchInterval: REFRESH_MS,
    enabled: wanted.length > 0,
  });
  const found = wanted ? called(data, wanted) : [];
  return (
    <AutoComplete
      value={value}
      onChange={onChange}
      defaultActiveFirstOption={found.length > 0}
      options={found.map((one) => ({ value: one.id, label: <Row colleague={one} /> }))}
      onSelect={(id: string) => {
        const chosen = found.find((one) => one.id === id);
        onChange?.("");
        if (chosen) call(chosen);
      }}
      popupMatchSelectWidth={300}
    >
      <Input type="text" inputMode="tel" maxLength={40} aria-label={name} placeholder={name} />
    </AutoComplete>
  );
}

function Row({ colleague }: { colleague: Colleague }) {
  const { t } = useTranslation();
  const { name, extension, state, can_come } = colleague;
  const tone = can_come ? (state === "ready" ? "ok" : "warn") : "neutral";
  return (
    <span className="row">
      <span className="clip grow">{name}</span>
      {extension && <span className="muted num">{extension}</span>}
      <Chip tone={tone}>{t(`state.${state}`)}</Chip>
    </span>
  );
}
