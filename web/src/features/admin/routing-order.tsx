/** Whom a free agent would take first of five callers, by the rules as they stand in the form. */

import { Form } from "antd";
import { useTranslation } from "react-i18next";
import { Chip, LevelChip } from "@/ui/parts";
import { inOrder, type RoutingFields } from "./routing-rules";

export function InOrder() {
  const { t, i18n } = useTranslation();
  const form = Form.useFormInstance<RoutingFields>();
  const order = Form.useWatch("order", form);
  if (!order) return <section aria-label={t("routing.example")} />;
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 });
  return (
    <section aria-label={t("routing.example")} className="matches">
      <h3 className="form-part">{t("routing.example")}</h3>
      <p className="muted form-hint">{t("routing.example_hint")}</p>
      <ol>
        {inOrder(order).map((one) => (
          <li key={`${one.level}-${one.waited_s}`}>
            <div className="row between">
              <span className="row wrap">
                <LevelChip level={one.level} />
                <span>{t("routing.waited", { s: one.waited_s })}</span>
                {one.contract && <Chip>{t("routing.contract")}</Chip>}
                {one.late && <Chip>{t("routing.late")}</Chip>}
                {one.repeated && <Chip>{t("routing.repeated")}</Chip>}
              </span>
              {one.head ? (
                <Chip tone="accent">{t(`routing.${one.head}`)}</Chip>
              ) : (
                <span className="num">{number.format(one.score)}</span>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
