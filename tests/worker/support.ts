/**
 * One worker taken apart: memory, feed and dispatcher in simulated time,
 * against a simulated server.
 *
 * @module
 */
import { SetupValues } from "../../src/journey/mod.ts";
import assert from "node:assert/strict";
import {
  ArrivalSource,
  LANES,
  lanesOf,
  type Stripe,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import { EventLog, Traffic } from "../../src/pattern/mod.ts";
import { okRule, type PickedPacing, type Plan } from "../../src/plan/mod.ts";
import {
  blankExchange,
  type Exchange,
  openTarget,
  type Outcome,
} from "../../src/transport/mod.ts";
import { Shared, Timeline } from "../../src/worker/mod.ts";
import { Dispatcher } from "../../src/worker/dispatcher.ts";
import { Feed } from "../../src/worker/feed.ts";
import { SampleNotes } from "../../src/worker/samples/mod.ts";
import type { RequestSample } from "../../src/stats/mod.ts";
import { FakeClock } from "../sim/fake_clock.ts";
import { SimServer } from "../sim/server.ts";
import { StatsBench } from "../stats/support.ts";

/** The first slot of every bench, at which the traffic was fired. */
export const FIRST = 17_746_000_000;
/** Monotonic instant at which it begins. */
export const RUN_START_MS = 1020;

/** The version of the segments in memory: what two writings of the same change. */
export function segmentsVersion(shared: Shared): Int32Array {
  const segments = shared.readSegments()!;
  const before = new Int32Array(shared.buffer.slice(0));
  shared.writeSegments(segments);
  const ints = new Int32Array(shared.buffer);
  const at = ints.findIndex((value, i) => value !== before[i]);
  return ints.subarray(at, at + 1);
}

/** A worker that has not begun yet. */
export class WorkerBench {
  readonly clock = new FakeClock(0);
  readonly server = new SimServer();
  /** What came of the requests that failed. */
  readonly failures: Outcome[] = [];
  readonly stats: StatsBench;
  readonly shared: Shared;
  readonly traffic: Traffic;
  readonly feed: Feed;
  /** What the worker told of single requests. */
  readonly sampled: RequestSample[] = [];
  readonly samples: SampleNotes;
  readonly dispatcher: Dispatcher;
  readonly #reading;

  constructor(plan: Plan, stripe: Stripe = WHOLE) {
    const { targets, limits } = plan;
    this.stats = new StatsBench(targets.length);
    this.shared = Shared.create(targets.length);
    const first = { beat: 0, slot: FIRST, monoMs: RUN_START_MS };
    this.shared.writeSegments([first]);
    const events = new EventLog();
    events.append({ slot: FIRST, kind: "fire", value: 0, durationMs: 0 });
    this.traffic = new Traffic([plan.pattern], events);
    const { recorder, proof, reading } = this.stats.worker();
    this.#reading = reading;
    const rateAt = (slot: number) => this.traffic.partsAt(slot).rate;
    const lanes = lanesOf(stripe);
    const context = {
      clock: this.clock,
      limits,
      userAgent: "kar/test",
      expand: (text: string) => text,
      done: (...end: Parameters<Dispatcher["done"]>) =>
        this.dispatcher.done(...end),
      bodyFor: (exchange: Exchange, code: number) =>
        this.samples.bodyFor(exchange, code),
    };
    const timeline = new Timeline(this.shared);
    this.feed = new Feed({
      shared: this.shared,
      timeline,
      traffic: this.traffic,
      plans: new Map([[0, {
        limits,
        isOk: targets.map(okRule),
        targets: targets.map((t) => openTarget(t, context, this.server.client)),
        openRanks: null,
        openSource: () =>
          new ArrivalSource({ plan, lanes, traffic: { rateAt } }),
        journeys: [],
        isUniform: plan.arrivals === "uniform",
        hasLaw: true,
      }]]),
      recorder,
      proof,
      share: lanes.length / LANES,
      switched: () => {},
    }, { beat: 0, eventsSeen: 0, leaptBeat: 0 });
    this.samples = new SampleNotes({
      clock: this.clock,
      variables: () => ({ PASSWORD: "hunter22" }),
      tell: ({ samples = [] }) => this.sampled.push(...samples),
      recorder,
    });
    this.dispatcher = new Dispatcher({
      setup: new SetupValues(null),
      clock: this.clock,
      pacing: plan.pacing as PickedPacing,
      shared: this.shared,
      recorder,
      proof,
      due: this.feed,
      failed: (_, outcome) => this.failures.push(outcome),
      samples: this.samples,
      secondAt: (monoMs) => timeline.secondAt(monoMs),
    });
  }

  /** How many beats were made. */
  get beatsMade(): number {
    return this.#reading.beatsMade;
  }

  /** How many events were taken. */
  get eventsSeen(): number {
    return this.#reading.eventsSeen;
  }

  /** Starts the dispatcher and lets time pass. */
  async go(forMs: number): Promise<void> {
    this.dispatcher.start();
    await this.clock.run(forMs);
  }

  /** The counts so far. */
  run() {
    return this.stats.read().run();
  }
}

/** Takes everything that a feed gives until an instant, as copies. */
export function exchangesUntil(
  { feed }: WorkerBench,
  untilMs: number,
): Exchange[] {
  const exchanges: Exchange[] = [];
  for (;;) {
    const atMs = feed.nextMs(untilMs);
    if (atMs > untilMs) return exchanges;
    const exchange = blankExchange();
    feed.take(exchange);
    assert.equal(exchange.intendedMs, atMs);
    exchanges.push(exchange);
  }
}
