import type { StepMeasure, StepVerdict, Trend } from "./types.ts";

/** Of the requests due, how many kar may fail to send before it claims too much. */
const KAR_SHARE_MAX = 0.01;
/** Less of its own lateness than this nobody would notice. */
const LAG_MS_MIN = 10;
/** From this share of a response time on, kar's own lateness may be what broke it. */
const LAG_SHARE = 0.2;
/** From this share of failures on, going on does harm. */
const HARM_SHARE = 0.5;
/** So many answers make a share of failures more than bad luck. */
const HARM_SAMPLES = 40;
/** So long without any answer, a target is taken for gone. */
const SILENCE_MS = 5000;
/** So many requests without an answer are more than a slow start. */
const SILENT_SENT = 20;
/** A backlog that has grown by so many standard deviations grows. */
const GROWS_SIGMA = 2;
/** From here on, more time would tell. */
const MAY_GROW_SIGMA = 1;

/**
 * What a step says of its rate. A step whose backlog still grows is not
 * sustained, whatever its percentiles: it only was too short to show it.
 */
export function judgeStep(measure: StepMeasure): StepVerdict {
  const { due, missedByKar, missedByBound, checks, isHarmful } = measure;
  const broken = checks.find(({ result }) => result === "broken");
  if (isHarmful) return { kind: "harmful", first: harmText(measure) };
  if (missedByKar > due * KAR_SHARE_MAX) {
    const share = (missedByKar / due * 100).toFixed(1);
    return { kind: "kar", first: `kar did not send ${share}% of it in time` };
  }
  const fault = broken?.text ??
    (missedByBound > 0 ? "open requests reached a bound of limits" : null) ??
    (growth(measure) > GROWS_SIGMA ? "the backlog grows" : null);
  if (fault !== null) return blame(measure, fault);
  const unknown = checks.find(({ result }) => result === "unknown");
  if (unknown !== undefined || due === 0) {
    const first = `too few answers for ${unknown?.text ?? "anything"}`;
    return { kind: "unknown", first };
  }
  return { kind: "sustained" };
}

/** Whoever was late himself cannot say that the target was. */
function blame({ lagP99Ms, p95Ms }: StepMeasure, first: string): StepVerdict {
  const bound = Math.max(LAG_MS_MIN, (p95Ms ?? 0) * LAG_SHARE);
  return lagP99Ms !== null && lagP99Ms > bound
    ? {
      kind: "kar",
      first: `kar was late itself by ${Math.round(lagP99Ms)}ms (p99)`,
    }
    : { kind: "broken", first };
}

/** Whether a step should go on, since its end is not clear yet. */
export function isUnclear(measure: StepMeasure): boolean {
  const isKnown = measure.checks.every(({ result }) => result !== "unknown");
  const sigma = growth(measure);
  return !isKnown || (sigma > MAY_GROW_SIGMA && sigma <= GROWS_SIGMA);
}

/**
 * By how many standard deviations the backlog grew from the first third to the
 * last, in requests. Arrivals between the middles of the two are a Poisson
 * count of 2/3 of all, and so is how far they can pile up by chance:
 *
 *   sigma = √(⅔ · sent)
 *
 * By Little's law a longer response time is a longer queue, rate × seconds.
 */
function growth({ rate, sent, inFlight, responseMs }: StepMeasure): number {
  const waiting = rate * rise(responseMs) / 1000;
  const most = Math.max(rise(inFlight), waiting);
  return most <= 0 ? 0 : most / Math.sqrt(Math.max(1, sent * 2 / 3));
}

function rise({ first, last }: Trend): number {
  return last - first;
}

/** What is known of a step while it goes on. */
export interface StepProgress {
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  /** Since the last answer, or the first request. */
  readonly silentMs: number;
}

/** Whether going on would do harm: most requests fail, or nobody answers. */
export function isHarmful(progress: StepProgress): boolean {
  const { sent, completed, failed, silentMs } = progress;
  const fails = completed >= HARM_SAMPLES && failed > completed * HARM_SHARE;
  return fails || (sent >= SILENT_SENT && silentMs >= SILENCE_MS);
}

function harmText({ completed, failed }: StepMeasure): string {
  return failed > completed * HARM_SHARE && completed > 0
    ? `${Math.round(failed / completed * 100)}% of the requests failed`
    : "nobody answered any more";
}
