import { gunzipSync, gzipSync } from "node:zlib";
import { Untrusted } from "../../base/mod.ts";
import { type PartHead, readHead } from "../../fleet/mod.ts";
import type { Codec } from "../../nats/mod.ts";
import { momentOf, momentText, type StoredMoment } from "../../record/mod.ts";
import type { PlannedSecond, SavedRun } from "../../run/mod.ts";
import { readTotals, type Totals } from "../../stats/mod.ts";

/** Bytes of what a part told, taken out of its packing. */
const UNPACKED_BYTES_MAX = 8 * 1024 * 1024;
/** Seconds of the timeline that are told each time: what was lost is told again. */
export const SECONDS_TOLD = 8;
const PHASES_MAX = 16;
const COUNT_MAX = 1e12;

/** What a part of a fleet's run tells: cumulative, all that anybody shows of it is made of this. */
export interface PartTold extends PartHead {
  readonly totals: Totals;
  /** The last seconds of its timeline. */
  readonly seconds: readonly PlannedSecond[];
  /** What it says beside the counts. */
  readonly moment: StoredMoment;
  /** What a process that takes its place goes on from, beside the totals. */
  readonly saved: SavedRun;
}

/** What parts tell as bytes: JSON, packed; what is read was written by others. */
export const CODEC: Codec<PartTold> = {
  encode(told) {
    const moment = JSON.parse(momentText(told.moment));
    return gzipSync(JSON.stringify({ ...told, moment }));
  },
  decode(bytes) {
    const text = gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
    const value = JSON.parse(text.toString());
    const told = new Untrusted(value, "told");
    const saved = told.at("saved");
    saved.at("version").whole(1, 1);
    saved.at("body").object();
    return {
      ...readHead(told),
      totals: readTotals(told.at("totals")),
      seconds: told.at("seconds").items(SECONDS_TOLD).map(readSecond),
      moment: momentOf(JSON.stringify(told.at("moment").object())),
      saved: value.saved,
    };
  },
};

function readSecond(second: Untrusted): PlannedSecond {
  const count = (key: string) => second.at(key).number(0, COUNT_MAX);
  return {
    t: count("t"),
    second: count("second"),
    planned: count("planned"),
    due: count("due"),
    sent: count("sent"),
    ok: count("ok"),
    failed: count("failed"),
    missed: count("missed"),
    phases: second.at("phases").items(PHASES_MAX)
      .map((slots) => slots.number(0, COUNT_MAX)),
  };
}
