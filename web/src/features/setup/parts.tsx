/** What the steps share: a form that saves, refreshes what it changed, and takes its step. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSayRefusal } from "@/ui/parts";

/** The queue that the walk makes unless another name is chosen. */
export const FIRST_QUEUE = "support";

export function StepForm<Fields extends object>(props: {
  initial: Partial<Fields>;
  save: (fields: Fields) => Promise<unknown>;
  done: () => void;
  changes: string[];
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const say = useSayRefusal();
  const save = useMutation({
    mutationFn: props.save,
    onSuccess: async () => {
      await Promise.all(
        props.changes.map((name) => client.invalidateQueries({ queryKey: [name] })),
      );
      props.done();
    },
    onError: say,
  });
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      initialValues={props.initial}
      onFinish={(fields) => save.mutate(fields)}
    >
      {props.children}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t("setup.save")}
      </Button>
    </Form>
  );
}

export function useRequired() {
  const { t } = useTranslation();
  return [{ required: true, message: t("common.required") }];
}
