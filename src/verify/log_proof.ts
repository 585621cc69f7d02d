import {
  ArrivalSource,
  LANES,
  offsetMsOf,
  targetOf,
  targetShareOf,
} from "../arrivals/mod.ts";
import { excerpt, KarError, slotStartMs } from "../base/mod.ts";
import { slotShapeOf } from "../pattern/mod.ts";
import type { ProofResult } from "../threshold/mod.ts";
import { lawOf } from "../verdict/mod.ts";
import { CountBands } from "./bands.ts";
import { LawBins } from "./law_bins.ts";
import { AccessReader, type LineOptions } from "./line.ts";
import type {
  Expected,
  LogCounts,
  LogLines,
  SentSpan,
  VerifyResult,
} from "./types.ts";

/** The longest run that a log is held against, in days: 3 counts of 4 bytes for each of its seconds. */
const RUN_DAYS_MAX = 100;
const DAY_MS = 86_400_000;
/** Slots after a kill in which a process may have sent what it did not write down. */
const UNSURE_SLOTS = 30;
/** Share of requests that may be missed or unanswered where the law is still taken: what is not in the log is no gap. */
const LAW_LOST_MAX = 0.01;

/** What a log is read by. */
export interface LogProofOptions extends LineOptions {
  /** Paths whose lines are taken, those that end in `*` by what they begin with; absent = all lines. */
  readonly paths?: readonly string[] | undefined;
}

/** Holds the lines of a server's log against what a record says was sent. */
export class LogProof {
  readonly #expected: Expected;
  readonly #reader: AccessReader;
  readonly #isWanted: (path: string | null) => boolean;
  readonly #bands: CountBands;
  readonly #law: LawBins;
  #read = 0;
  #taken = 0;
  #otherPaths = 0;
  #outside = 0;
  #unreadable = 0;
  #unordered = 0;
  #healthChecks = 0;
  #firstUnreadable: LogLines["firstUnreadable"] = null;

  /** @throws {KarError} `usage` when the run is longer than `RUN_DAYS_MAX` */
  constructor(expected: Expected, { paths, ...line }: LogProofOptions = {}) {
    this.#expected = expected;
    this.#reader = new AccessReader(line);
    this.#isWanted = wantedBy(paths);
    const { latencyMs, slackMs, offsetMs, spans } = expected;
    const firstSlot = Math.min(...spans.map(({ from }) => from));
    const endSlot = Math.max(...spans.map(({ to }) => to)) + UNSURE_SLOTS;
    const fromMs = slotStartMs(firstSlot) + offsetMs - slackMs;
    const toMs = slotStartMs(endSlot) + offsetMs + latencyMs + slackMs;
    if (toMs - fromMs > RUN_DAYS_MAX * DAY_MS) throw tooLong();
    this.#bands = new CountBands(fromMs, toMs);
    const law = { firstSlot, offsetMs, orderMs: latencyMs + slackMs };
    const shape = slotShapeOf(expected.plan.pattern);
    this.#law = new LawBins({ ...law, rateAt: rateIn(expected), shape });
    for (const span of spans) this.#plan(span);
    if (isChecked(expected, paths)) {
      for (const span of spans) this.#allowChecks(span);
    }
    this.#bands.take(expected);
  }

  /** Takes a line of the log; in any order, though the law leaves out what comes far too late. */
  take(line: string): void {
    this.#read++;
    const entry = this.#reader.read(line);
    if (entry === undefined) {
      this.#unreadable++;
      this.#firstUnreadable ??= { line: this.#read, text: excerpt(line) };
    } else if (!this.#isWanted(entry.path)) this.#otherPaths++;
    else if (!this.#bands.line(entry.atMs)) this.#outside++;
    else {
      this.#taken++;
      if (!this.#law.add(entry.atMs, entry.tickMs)) this.#unordered++;
    }
  }

  /** What the whole log proves. */
  end(): VerifyResult {
    this.#law.end();
    const law = lawOf(this.#law.bins);
    const lawNotTaken = this.#lawNotTaken();
    return {
      counts: this.#counts(),
      law: lawNotTaken === null ? law : { ...law, result: "not_yet" },
      lawNotTaken,
      lines: {
        read: this.#read,
        otherPaths: this.#otherPaths,
        outside: this.#outside,
        unreadable: this.#unreadable,
        firstUnreadable: this.#firstUnreadable,
        unordered: this.#unordered,
        tickMs: this.#taken === 0 ? null : this.#law.tickMs,
      },
    };
  }

  #counts(): LogCounts {
    const { due, missed, unanswered } = this.#expected;
    const { planned } = this.#bands;
    const { missing, surplus, faults } = this.#bands.faults();
    const hasNone = planned === 0 || this.#taken === 0;
    // Lines that nobody can read may be those that are missing, and clocks that
    // leapt make another plan of it than the run had.
    const isUnsure = surplus <= Math.max(0, due - planned) &&
      missing <= this.#unreadable + Math.max(0, planned - due);
    const result: ProofResult = missing + surplus > 0 && !isUnsure
      ? "refuted"
      : hasNone || missing + surplus > 0
      ? "not_yet"
      : "proved";
    const lines = this.#taken;
    return {
      ...{ result, planned, due, missed, unanswered },
      healthChecks: this.#healthChecks,
      ...{ lines, missing, surplus, faults },
    };
  }

  #lawNotTaken(): string | null {
    const { plan, missed, unanswered } = this.#expected;
    if (plan.arrivals === "replay") {
      return "a replay has the law of its trace, and none of its own";
    }
    if (plan.arrivals === "uniform") {
      return "evenly spread arrivals are held to their instants, which a server does not know";
    }
    const lost = missed + unanswered + this.#unreadable;
    return lost > LAW_LOST_MAX * this.#bands.planned
      ? `${lost} requests were missed, unanswered or cannot be read, more than 1% of the plan`
      : null;
  }

  /** By any instant a process has checked each target once, and once more for each interval that is over. */
  #allowChecks({ from, to }: SentSpan): void {
    const { plan: { health, targets }, offsetMs, slackMs } = this.#expected;
    const asked = targets.filter((target, i) =>
      target.weight > 0 && (this.#expected.targets?.has(i) ?? true)
    );
    const endMs = slotStartMs(to);
    for (let ms = slotStartMs(from); ms < endMs; ms += health.intervalMs) {
      for (let i = 0; i < asked.length; i++) {
        this.#bands.perhaps(ms + offsetMs - slackMs);
        this.#healthChecks++;
      }
    }
  }

  #plan({ from, to, lanes, isKilled }: SentSpan): void {
    const { plan, traffic, targets, offsetMs, latencyMs, slackMs, trace } =
      this.#expected;
    const source = new ArrivalSource({
      ...{ plan, lanes, traffic },
      replay: trace === undefined ? null : {
        reader: trace,
        firedSlotAt: (slot) => traffic.events.at(slot).firedSlot,
      },
    });
    const end = isKilled ? to + UNSURE_SLOTS : to;
    for (let slot = from; slot < end; slot++) {
      const startMs = slotStartMs(slot) + offsetMs;
      const list = source.slot(slot);
      for (let i = 0; i < list.length; i++) {
        const arrival = list.at(i);
        if (targets !== null && !targets.has(targetOf(arrival))) continue;
        const atMs = startMs + offsetMsOf(arrival);
        const earliestMs = atMs - slackMs;
        if (slot >= to) this.#bands.perhaps(earliestMs);
        else this.#bands.plan(earliestMs, atMs + latencyMs + slackMs);
      }
    }
  }
}

/** Whether kar's own health checks may be among the lines that are taken. */
function isChecked(
  { plan: { health } }: Expected,
  paths: readonly string[] | undefined,
): boolean {
  // With an address of their own, paths leave them out.
  return health.enabled && (health.url === null || paths === undefined);
}

/** The rate that a log should have: that of the lanes that were sent, to the targets that are asked for. */
function rateIn(
  { traffic, spans, targets, plan }: Expected,
): (slot: number) => number {
  const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);
  const share = targets === null
    ? () => 1
    : targetShareOf(plan, targets, traffic);
  return (slot) => {
    const lanes = sum(
      spans.filter(({ from, to }) => slot >= from && slot < to)
        .map(({ lanes }) => lanes.length),
    );
    return lanes === 0 ? 0 : traffic.rateAt(slot) * share(slot) * lanes / LANES;
  };
}

function wantedBy(
  paths: readonly string[] | undefined,
): (path: string | null) => boolean {
  if (paths === undefined) return () => true;
  const starts = paths.filter((path) => path.endsWith("*"))
    .map((path) => path.slice(0, -1));
  const whole = new Set(paths);
  return (path) => {
    if (path === null) return false;
    const [bare = ""] = path.split(/[?#]/, 1);
    return whole.has(bare) || starts.some((start) => path.startsWith(start));
  };
}

function tooLong(): KarError {
  return new KarError(
    "usage",
    `Cannot verify a run of more than ${RUN_DAYS_MAX} days`,
  );
}
