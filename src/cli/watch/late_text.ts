import { KarError } from "../../base/mod.ts";
import type { PartsView } from "../../fleet/mod.ts";
import type { PartTold } from "../fleet/told/types.ts";

/** Parts that took changes late, in words. */
export function lateText({ late }: PartsView): string[] {
  return late.map(({ part, seqs, beyond }) => {
    const changes = seqs.length === 1 ? "change" : "changes";
    const what = beyond < 0
      ? `${-beyond} requests of the plan were not sent`
      : `${beyond} requests were due in it that the plan had not`;
    return `Part ${part} took ${changes} ${
      seqs.join(", ")
    } late, while the bus was away: ${what}`;
  });
}

/** The run is over, and there is nothing to show. */
export function nobodyTold(): KarError {
  return new KarError(
    "notRunning",
    "The run has ended, and no part has told of it",
  );
}

/** Parts that leave out what has no room on the bus, in words. */
export function withoutText(told: readonly PartTold[]): string[] {
  return told.filter(({ without }) => without === "durations").map(({ part }) =>
    `Part ${part} tells no durations by target and phase, which have no room: those of all parts are of the others, and kar merge of the records has them all`
  );
}
