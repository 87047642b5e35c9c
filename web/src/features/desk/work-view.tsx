/** The call and what is written of it: the bar, the note, the outcome, the end. */

import type { Work } from "@/lib/api";
import { PromisesPanel } from "@/ui/promises";
import { CallBar } from "./call-bar";
import { NoteField } from "./note-field";
import { Outcome } from "./outcome";
import { WrapUpBar } from "./wrap-up-bar";

export function WorkView({ work }: { work: Work }) {
  return (
    <>
      {work.kind === "segment" ? <CallBar work={work} /> : <WrapUpBar work={work} />}
      <NoteField />
      <Outcome work={work} />
      <PromisesPanel interaction={work.interaction_id} />
    </>
  );
}
