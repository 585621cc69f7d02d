/**
 * What tests of the record share: made-up traffic in intervals of a second, and
 * a folder of their own.
 *
 * @module
 */
import { NO_PROOF } from "../../src/stats/mod.ts";
import { NO_RECOVERY, NO_VERDICT } from "../../src/threshold/mod.ts";
import { ARMED, PHASES } from "../../src/pattern/mod.ts";
import { FAILURE_KINDS } from "../../src/protocol/mod.ts";
import {
  COARSE,
  Histogram,
  TALLY,
  withScenarios,
} from "../../src/stats/mod.ts";
import type {
  HistogramTotals,
  SeriesTotals,
  TargetTotals,
  Totals,
} from "../../src/stats/mod.ts";
import type {
  Entry,
  Interval,
  RunMeta,
  StoredMoment,
} from "../../src/record/mod.ts";
import { reshaped, shapeOfBits } from "../../src/stats/hdr/mod.ts";
import { planFixture } from "../fixtures/snapshot.ts";
import { Chance } from "../fixtures/chance.ts";

/** A Tuesday, on a full hour: plan time in seconds. */
export const NOON = Date.UTC(2026, 10, 24, 12) / 1000;

/** Scenarios that made-up traffic has. */
export const SCENARIOS = ["calm", "peak"];

/** What made-up traffic is like. */
export interface Traffic {
  readonly series: readonly string[];
  /** Requests of a series in a second. */
  readonly rate: number;
}

/** Seconds of made-up traffic, by seeded chance. */
export class MadeUp {
  readonly #chance: Chance;
  readonly #o: Traffic;

  constructor(seed: number, traffic: Partial<Traffic> = {}) {
    this.#chance = new Chance(seed);
    this.#o = { series: ["api", "shop/pay"], rate: 20, ...traffic };
  }

  /** What was counted in a second. */
  second(t: number): Interval {
    const targets = this.#o.series.map((name) =>
      [name, { ...this.#target(t), ...stepIn(name) }] as const
    );
    const journey = this.#target(t);
    const totals = {
      ...this.#run(),
      targets: Object.fromEntries(targets),
      journeys: { api: this.#journeyOf(journey) },
      scenarios: SCENARIOS,
    };
    const sum = (cell: number) =>
      targets.reduce(
        (n, [, { tallies }]) =>
          n + tallies.reduce((m, tally) => m + tally[cell]!, 0),
        0,
      );
    const [due, sent, ok] = [TALLY.due, TALLY.sent, TALLY.ok].map(sum);
    return {
      t,
      totals,
      timeline: [{
        t,
        planned: this.#o.rate * targets.length,
        due: due!,
        sent: sent!,
        ok: ok!,
        failed: sent! - ok!,
        missed: due! - sent!,
        phases: PHASES.map((_, i) => i === this.#phase(t) ? 10 : 0),
      }],
      load: {
        seconds: 1,
        cpuMs: 12,
        pollMs: 3,
        rssBytes: 1e8 + t % 1000,
        inFlight: 0,
        waiting: 0,
        workers: 1,
      },
    };
  }

  #journeyOf({ reasons, tallies, response, service }: TargetTotals) {
    return { reasons: reasons!, tallies, response, service };
  }

  /** Its phase, within a scenario that changes every 40 seconds. */
  #stage(t: number): number {
    const scenario = Math.floor(t / 40) % (1 + SCENARIOS.length);
    return scenario * PHASES.length + this.#phase(t);
  }

  #phase(t: number): number {
    return t % 97 < 9 ? PHASES.indexOf("spike") : PHASES.indexOf("baseline");
  }

  #run(): Pick<Totals, "digest" | "run"> {
    const half = () => this.#chance.below(2 ** 32);
    return {
      digest: [half(), half()],
      run: { connect: this.#durations(3), tls: null },
    };
  }

  #target(t: number): TargetTotals {
    const { rate } = this.#o;
    const due = rate + this.#chance.below(rate);
    const missed = this.#chance.oneIn(5) ? 1 : 0;
    const sent = due - missed;
    const failed = this.#chance.oneIn(3) ? 2 : 0;
    const stage = this.#stage(t);
    const kind = FAILURE_KINDS.indexOf("timeout");
    const tally = new Array<number>(TALLY.width).fill(0);
    tally[TALLY.due] = due;
    tally[TALLY.sent] = sent;
    tally[TALLY.ok] = sent - failed;
    tally[TALLY.missed] = missed;
    tally[TALLY.failed + kind] = failed;
    const none = new Array<number>(TALLY.width).fill(0);
    const stages = PHASES.length * (1 + SCENARIOS.length);
    const byStage = <T>(one: T, other: T) =>
      Array.from({ length: stages }, (_, i) => i === stage ? one : other);
    return {
      protocol: "http",
      codes: [[200, sent - failed, 0]],
      begun: 0,
      reasons: failed === 0
        ? []
        : [{ kind: "timeout", code: null, reason: "slow", count: failed }],
      tallies: byStage(tally, none),
      response: byStage(this.#durations(sent), null),
      service: byStage(this.#durations(sent), null),
    };
  }

  /** Some durations in eighths of a millisecond, so that sums are exact. */
  #durations(count: number): HistogramTotals {
    const histogram = new Histogram(COARSE);
    for (let i = 0; i < count; i++) {
      const slow = this.#chance.oneIn(50) ? 40 : 1;
      histogram.record((1 + this.#chance.below(400)) * slow / 8);
    }
    const { sumMs, minMs, maxMs } = histogram;
    const cells = [...histogram.distribution().cells()].flat();
    return { cells, sumMs, minMs, maxMs };
  }
}

/** A name with a slash is that of a step. */
function stepIn(series: string): Pick<TargetTotals, "step"> {
  const [journey, name] = series.split("/");
  return name === undefined ? {} : { step: { journey: journey!, name } };
}

/** A run that begins at a second of plan time. */
export function metaFixture(
  t: number,
  change: Partial<RunMeta> = {},
): RunMeta {
  return {
    runId: "7f3a9c01",
    kar: "0.0.0",
    machine: { host: "box", os: "linux", arch: "x86_64", cores: 2, deno: "2" },
    plan: planFixture(),
    part: 1,
    parts: 1,
    startMs: t * 1000,
    begunMs: t * 1000,
    before: null,
    ...change,
  };
}

/** What a run is like in a second of plan time. */
export function momentFixture(
  t: number,
  change: Partial<StoredMoment> = {},
): StoredMoment {
  return {
    state: "firing",
    startMs: NOON * 1000,
    begunMs: NOON * 1000,
    nowMs: (t + 1) * 1000,
    endMs: null,
    parts: null,
    control: { ...ARMED, firedSlot: NOON * 10 },
    share: 1,
    isCutShort: false,
    lastFullSecond: 0,
    health: planFixture().targets.map(() => ({ healthy: null, removedMs: 0 })),
    workersUp: 1,
    workersWanted: 1,
    verdict: NO_VERDICT,
    proof: NO_PROOF,
    recovery: NO_RECOVERY,
    cpuSec: 1,
    rssBytes: 1e8,
    pollMs: 2,
    pacing: "normal",
    warnings: [],
    breaker: { level: 1, trips: 0, heldMs: 0, reason: null },
    ownTrips: 0,
    ...change,
  };
}

/** Totals in the roughest shape, in which levels can be compared. */
export function rough(whole: Totals): unknown {
  // A record knows the scenarios that had requests, in the order of those.
  const totals = withScenarios(whole, SCENARIOS);
  const coarse = shapeOfBits(7);
  const histogram = (h: Totals["run"][string] | undefined) =>
    h ? { ...h, cells: reshaped(h.cells, coarse, shapeOfBits(5)) } : null;
  const all = (series: Readonly<Record<string, SeriesTotals>>) =>
    Object.entries(series).map(([name, one]) => ({
      name,
      ...one,
      response: one.response.map(histogram),
      service: one.service.map(histogram),
    }));
  return {
    digest: totals.digest,
    connect: histogram(totals.run.connect),
    targets: all(totals.targets),
    journeys: all(totals.journeys ?? {}),
  };
}

/** Gives a path for a record, and takes its folder away again. */
export async function withRecord(
  use: (path: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kar-record-" });
  try {
    await use(`${folder}/run.kar`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** An interval with what is told beside it. */
export function entryOf(
  interval: Interval,
  change: Partial<Entry> = {},
): Entry {
  const moment: StoredMoment = momentFixture(interval.t);
  return { interval, moment, plans: [], changes: [], notes: [], ...change };
}
