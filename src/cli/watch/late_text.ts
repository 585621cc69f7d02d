import { KarError } from "../../base/mod.ts";
import type { PartsView } from "../../fleet/mod.ts";

/** Parts that took changes late, in words. */
export function lateText({ late }: PartsView): string[] {
  return late.map(({ part, seqs, beyond }) => {
    const changes = seqs.length === 1 ? "change" : "changes";
    const what = beyond < 0
      ? `${-beyond} requests of the plan were not sent`
      : `${beyond} requests were sent that the plan had not`;
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
