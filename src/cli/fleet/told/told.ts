import { gunzipSync, gzipSync } from "node:zlib";
import { KarError, Untrusted } from "../../../base/mod.ts";
import { readHead } from "../../../fleet/mod.ts";
import type { Codec, ToldBytes } from "../../../nats/mod.ts";
import { momentFrom } from "../../../record/mod.ts";
import { checkSavedBeside } from "../../../run/mod.ts";
import { packTotals, readTotals } from "../../../stats/mod.ts";
import { checkMomentNumbers, readSecond } from "./check.ts";
import { fewer } from "./fewer.ts";
import { FEWER, type Fewer, type PartTold } from "./types.ts";

/** Bytes of what a part told, taken out of its packing. */
const UNPACKED_BYTES_MAX = 8 * 1024 * 1024;
/** Seconds of the timeline that are told each time: what was lost is told again. */
export const SECONDS_TOLD = 8;

/** What parts tell as bytes: JSON, packed; what is read was written by others. */
export class ToldCodec implements Codec<PartTold> {
  /** What had no room once is left out from then on, so that sums only grow. */
  #without: Fewer = "nothing";

  encode(told: PartTold, bytesMax: number): ToldBytes {
    for (;;) {
      const without = this.#without;
      const bytes = packed(fewer(told, without));
      if (bytes.length <= bytesMax) {
        return { bytes, without: withoutText(told, without, bytesMax) };
      }
      const next = FEWER[FEWER.indexOf(without) + 1];
      if (next === undefined) throw tooLarge(told, bytes.length, bytesMax);
      this.#without = next;
    }
  }

  decode(bytes: Uint8Array): PartTold {
    const text = gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
    const value = JSON.parse(text.toString());
    const told = new Untrusted(value, "told");
    checkSavedBeside(told.at("saved"));
    const moment = told.at("moment");
    checkMomentNumbers(moment);
    return {
      ...readHead(told),
      totals: readTotals(told.at("totals")),
      seconds: told.at("seconds").items(SECONDS_TOLD).map(readSecond),
      moment: momentFrom(value.moment),
      saved: value.saved,
      without: told.at("without").oneOf(FEWER),
    };
  }
}

function packed(told: PartTold): Uint8Array {
  const totals = packTotals(told.totals);
  return gzipSync(JSON.stringify({ ...told, totals }));
}

/** What is left out, in words; null = nothing. */
function withoutText(
  { part }: PartTold,
  without: Fewer,
  bytesMax: number,
): string | null {
  if (without === "nothing") return null;
  const what = without === "reasons" ? "reasons" : "reasons and durations";
  return `What part ${part} has to tell is more than ${
    bytesMax / 1024
  } KiB: it tells all counts, and leaves out ${what}, which its own record has; fewer targets, journeys or scenarios make room`;
}

function tooLarge(
  { part }: PartTold,
  bytes: number,
  bytesMax: number,
): KarError {
  return new KarError(
    "cannotStart",
    `the counts of part ${part} have ${bytes} bytes, at most ${bytesMax}: fewer targets, journeys or scenarios make them fewer`,
  );
}
