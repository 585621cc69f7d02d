import type { Untrusted } from "../../base/mod.ts";
import {
  NOTHING_SAVED,
  PROOF_RESULTS,
  RESULTS,
  type SavedThreshold,
  type SavedVerdict,
  THRESHOLD_CHARS_MAX,
} from "../../threshold/mod.ts";

const COUNT_MAX = 1e15;
/** The last instant of plan time: the year 2400. */
const INSTANT_MS_MAX = 1.4e13;
/** More thresholds than a plan may have. */
const THRESHOLDS_MAX = 1000;

/** Reads a run's saved verdict; an older version of kar has not saved it. */
export function readVerdict(body: Untrusted): SavedVerdict {
  if (!body.has("verdict")) return NOTHING_SAVED;
  const verdict = body.at("verdict");
  const seconds = verdict.at("seconds").number(0, COUNT_MAX);
  return {
    seconds,
    untrustedSeconds: verdict.at("untrustedSeconds").number(0, seconds),
    thresholds: verdict.at("thresholds").items(THRESHOLDS_MAX)
      .map(readThreshold),
  };
}

function readThreshold(threshold: Untrusted): SavedThreshold {
  return {
    text: threshold.at("text").text(THRESHOLD_CHARS_MAX),
    result: threshold.at("result").oneOf(RESULTS),
    value: threshold.at("value").orNull(readValue),
    breachedMs: threshold.at("breachedMs")
      .orNull((at) => at.number(0, INSTANT_MS_MAX)),
    windows: threshold.at("windows").orNull((windows) => ({
      kept: windows.at("kept").whole(0, COUNT_MAX),
      breached: windows.at("breached").whole(0, COUNT_MAX),
      unknown: windows.at("unknown").whole(0, COUNT_MAX),
    })),
    part: threshold.at("part").number(0, COUNT_MAX),
    whole: threshold.at("whole").number(0, COUNT_MAX),
  };
}

function readValue(value: Untrusted): SavedThreshold["value"] {
  return value.isText ? value.oneOf(PROOF_RESULTS) : value.number(0, COUNT_MAX);
}
