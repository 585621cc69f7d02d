import type { PageData } from "../../src/page/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { answer } from "../../src/transport/mod.ts";
import { Chance } from "../fixtures/chance.ts";
import { withRecord } from "../record/support.ts";
import { ask, NOON_MS, planWith, SimRun, targetWith } from "../sim/harness.ts";
import { RecordedForTest } from "./recorded.ts";

/** What a simulated run is like. */
export interface SimulatedOptions {
  readonly seconds?: number;
  /** Whether it has its end, or is shown while it fires. */
  readonly isOver?: boolean;
  /** Names of the targets. */
  readonly targets?: readonly string[];
  /** Whether its plan has two scenarios, and some time after them. */
  readonly scenarios?: boolean;
}

/** A run in simulated time, and what the page makes of it. */
export interface Simulated {
  readonly data: PageData;
  readonly snapshot: Snapshot;
}

/** Requests a second that the simulated server can take. */
const CAPACITY = 210;
/** One in so many answers is a failure. */
const FAILURE_EVERY = 150;

/** A plan with everything that a page can show: ramp, noise, spikes. */
export function busyPlan(targets: readonly string[] = ["api", "search"]) {
  return planWith({
    pattern: {
      seed: 7,
      zone: "Europe/Berlin",
      base: 90,
      max: 400,
      rampUpMs: 5000,
      noise: { kind: "spring", amplitude: 0.1 },
      spikes: {
        lambda: 0.06,
        factor: 3.2,
        minGapMs: null,
        maxGapMs: null,
        riseMs: 2000,
        decayMs: 5000,
      },
    },
    targets: targets.map((name, i) =>
      targetWith({
        name,
        weight: i === 0 ? 7 : 3,
        url: `http://sim.invalid/${i}`,
        headers: [["authorization", "Bearer very-secret"]],
      })
    ),
  });
}

const SCENARIO = { max: 400, spikes: null, noise: null, inject: [] };
const SCENARIOS = [
  { ...SCENARIO, name: "calm", durationMs: 20_000, base: 40 },
  { ...SCENARIO, name: "peak", durationMs: 20_000, base: 180 },
];

const made = new Map<string, Promise<Simulated>>();

/**
 * A run against a server that has a queue: it answers late while a spike is
 * higher than it can take. The same options give the very same run.
 */
export function simulated(options: SimulatedOptions = {}): Promise<Simulated> {
  const key = JSON.stringify(options);
  const known = made.get(key) ?? simulate(options);
  made.set(key, known);
  return known;
}

async function simulate(
  { seconds = 60, isOver = true, targets, scenarios }: SimulatedOptions,
): Promise<Simulated> {
  const busy = busyPlan(targets);
  const pattern = { ...busy.pattern, scenarios: SCENARIOS };
  const plan = scenarios ? { ...busy, pattern } : busy;
  const sim = new SimRun(plan, {
    lookMs: 60_000,
    ...(isOver && { durationMs: seconds * 1000 }),
  });
  serveBadly(sim);
  await sim.start();
  let made: Simulated | undefined;
  await withRecord(async (path) => {
    const recorded = new RecordedForTest(sim.run, path, () => sim.clock.wall());
    for (let second = 0; second < seconds; second++) {
      if (second === 44) {
        await ask(sim, { kind: "spike", factor: 3, durationMs: 6000 });
      }
      const toMs = NOON_MS + (second + 1) * 1000;
      await sim.advance(toMs - sim.clock.wall());
      recorded.look();
    }
    if (isOver) await sim.advance(3000);
    const snapshot = sim.run.snapshot();
    await recorded.ended(snapshot);
    const events = sim.log.map((text, i) => ({
      ...{ t: NOON_MS + i * 1000, level: "info" as const, text },
    }));
    made = { data: recorded.data(events), snapshot };
  });
  return made!;
}

/** A run that goes on, and its page. */
export interface GrowingRun {
  readonly recorded: RecordedForTest;
  /** Lets seconds pass. */
  pass(seconds: number): Promise<PageData>;
}

/** A run that is followed while it goes on. */
export async function withGrowing(
  use: (growing: GrowingRun) => Promise<void>,
): Promise<void> {
  const sim = new SimRun(busyPlan(), { lookMs: 60_000 });
  serveBadly(sim);
  await sim.start();
  await withRecord(async (path) => {
    const recorded = new RecordedForTest(sim.run, path, () => sim.clock.wall());
    let passed = 0;
    const event = (i: number) => ({
      t: NOON_MS + (i + 1) * 1000,
      level: "info" as const,
      text: `second ${i + 1}`,
    });
    await use({
      recorded,
      async pass(seconds) {
        for (let i = 0; i < seconds; i++) {
          await sim.advance(1000);
          recorded.look();
          passed++;
        }
        return recorded.data(
          Array.from({ length: passed }, (_, i) => event(i)),
        );
      },
    });
  });
}

/** The pages of one run that goes on, as they are after so many seconds. */
export async function grown(seconds: readonly number[]): Promise<PageData[]> {
  const pages: PageData[] = [];
  await withGrowing(async ({ pass }) => {
    let at = 0;
    for (const second of seconds) {
      pages.push(await pass(second - at));
      at = second;
    }
  });
  return pages;
}

/** A queue with a lognormal service time, and now and then a failure. */
function serveBadly({ server }: SimRun): void {
  const chance = new Chance(11);
  const draw = () => chance.below(1e6) / 1e6;
  let freeMs = 0;
  let asked = 0;
  server.latencyMs = (nowMs) => {
    freeMs = Math.max(freeMs, nowMs) + 1000 / CAPACITY;
    const normal = Math.sqrt(-2 * Math.log(1 - draw())) *
      Math.cos(2 * Math.PI * draw());
    server.outcome = answer(++asked % FAILURE_EVERY === 0 ? 503 : 200);
    return freeMs - nowMs + 15 * Math.exp(0.4 * normal);
  };
}
