import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseDuration } from "../../base/mod.ts";
import {
  type DraftSpikes,
  type HourRule,
  parseScheduleText,
} from "../../draft/mod.ts";
import { slotsValue } from "../values.ts";

/*
 * Values of the flags that a URL on the command line takes.
 */

const RATE_REGEXP = /^(\d+(?:\.\d+)?|\.\d+)(?:\/s)?$/;
const HEADER_REGEXP = /^\s*([^\s:][^:]*?)\s*:\s*(.*?)\s*$/s;
const SPIKES_REGEXP = /^(\S+?)\s*[x×]\s*(\d+(?:\.\d+)?)$/i;
const NUMBER_REGEXP = /^(?:\d+\.?\d*|\.\d+)$/;

/** Requests a second: `200`, `0.5`, `200/s`. */
export function rateValue(text: string): number {
  const value = Number(RATE_REGEXP.exec(text.trim())?.[1] ?? NaN);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(
    "Write requests a second above 0, such as 200 or 0.5.",
  );
}

/** How long to send; who brings curl's `-d` learns where a body goes. */
export function spanValue(text: string): number {
  const isDuration = parseDuration(text) !== undefined;
  if (isDuration || !/^[@{["a-z]/i.test(text)) return slotsValue(text);
  throw new InvalidArgumentError(
    "Write a duration such as 30s, 5m or 2h; give the body of a request with -b.",
  );
}

/** One more `name: value`, after those before it. */
export function headerValue(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  const match = HEADER_REGEXP.exec(text);
  if (match === null) {
    throw new InvalidArgumentError("Write name: value such as 'accept: */*'.");
  }
  return [...before, [match[1]!, match[2]!]];
}

/** `0.1x3`: a tenth of a spike a second, three times the rate; `30sx3` by mean interval; `none`. */
export function spikesValue(text: string): DraftSpikes | null {
  if (text.trim().toLowerCase() === "none") return null;
  const match = SPIKES_REGEXP.exec(text.trim());
  const [often, factor] = [match?.[1] ?? "", Number(match?.[2])];
  if (NUMBER_REGEXP.test(often)) {
    return { often: { lambda: Number(often) }, factor };
  }
  if (match !== null && parseDuration(often) !== undefined) {
    return { often: { interval: often }, factor };
  }
  throw new InvalidArgumentError(
    "Write spikes a second and their height such as 0.1x3, a mean interval such as 30sx3, or none.",
  );
}

/** `9-17:1.5, 0-5:0.3`. */
export function scheduleValue(text: string): readonly HourRule[] {
  const read = parseScheduleText(text);
  if (read.kind === "rules") return read.rules;
  throw new InvalidArgumentError(`It ${read.message}.`);
}

/** One more text, after those before it. */
export function textValue(
  text: string,
  before: readonly string[] = [],
): readonly string[] {
  return [...before, text];
}
