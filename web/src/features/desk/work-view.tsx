/** The call and what is written of it: the bar, the note, the outcome, the end. */

import type { Work } from "@/lib/api";
import { PromisesPanel } from "@/ui/promises";
import { CallBar } from "./call-bar";
import { InternalBar } from "./internal-bar";
import { isWritten } from "./machine";
import { NoteField } from "./note-field";
import { Outcome } from "./outcome";
import { ShowingPanel } from "./showing";
import { WrapUpBar } from "./wrap-up-bar";
import { WrittenBar, WrittenText } from "./written-view";

function Bar({ work }: { work: Work }) {
  if (work.kind === "segment") return <CallBar work={work} />;
  return work.kind === "handled" ? <WrittenBar work={work} /> : <WrapUpBar work={work} />;
}

export function WorkView({ work }: { work: Work }) {
  if (work.internal) return <InternalBar work={work} />;
  return (
    <>
      <Bar work={work} />
      {work.kind === "segment" && <ShowingPanel work={work} />}
      {isWritten(work) && <WrittenText interaction={work.interaction_id} />}
      <NoteField />
      <Outcome work={work} />
      <PromisesPanel interaction={work.interaction_id} />
    </>
  );
}
