/** Which queries an event makes stale. Keys begin with the resource, as everywhere. */

import type { StreamEvent } from "@/lib/stream";

type Key = readonly string[];

export function staleAfter({ type, data }: StreamEvent): Key[] {
  const [, resource = "", verb = ""] = type.split(".");
  const one: Key[] = data?.interaction_id ? [["interaction", data.interaction_id]] : [];
  switch (resource) {
    case "interaction":
      return [
        ["interactions"],
        ["my-interactions"],
        ["pop"],
        ["callbacks"],
        ["abandoned"],
        ["parked"],
        ...one,
        ...(verb === "wrapped_up" ? [["unfinished"]] : []),
      ];
    case "callback":
      return [["callbacks"], ["abandoned"], ["promises"], ...(verb === "ended" ? [["wall"]] : [])];
    case "voicemail":
      return [["voicemails"], ...one];
    case "promise":
    case "appointment":
      return [["promises"], ["wall"]];
    case "alert":
      return [["alerts"]];
    case "offer":
      return one;
    case "wrap_up":
      return [["me"]];
    case "recording":
      return [["voicemails"], ...one];
    case "survey":
      return one;
    case "ticket":
      return [["tickets"], ["ticket"], ["pop"]];
    case "agent":
      return [["agents"]];
    case "skill_set":
      return [["skill-sets"], ["agents"]];
    case "queue":
      if (verb !== "live_changed") return [["wall"]];
      return data?.queue_id ? [["queue-live", data.queue_id]] : [];
    default:
      return [];
  }
}
