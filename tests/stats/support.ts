/**
 * What tests of the statistics share: a call, and a worker's recorder with
 * the collector that reads it.
 *
 * @module
 */
import { ProofWriter } from "../../src/stats/mod.ts";
import {
  Collector,
  createRegion,
  Layout,
  Reading,
  Recorder,
  Steps,
  type WorkerReading,
} from "../../src/stats/mod.ts";
import { blankExchange, type Exchange } from "../../src/transport/mod.ts";

/** A call of 2 ms lag; `at` is when it was intended. */
export function callAt(at: number, change: Partial<Exchange> = {}): Exchange {
  return { ...blankExchange(), intendedMs: at, sentMs: at + 2, ...change };
}

/** One worker as the statistics see it. */
export interface Bench {
  readonly buffer: SharedArrayBuffer;
  readonly recorder: Recorder;
  readonly proof: ProofWriter;
  readonly reading: WorkerReading;
}

/** A collector and as many workers as are asked for. */
export class StatsBench {
  readonly layout: Layout;
  readonly steps = new Steps();
  readonly collector: Collector;

  constructor(readonly targets = 1, scenarios = 0) {
    this.layout = new Layout(targets, 0, scenarios);
    this.collector = new Collector(this.layout, this.steps);
  }

  worker(): Bench {
    const buffer = createRegion(this.layout);
    const isOk = Array.from(
      { length: this.targets },
      () => (code: number) => code < 400,
    );
    const recorder = new Recorder(buffer, this.layout, isOk);
    const proof = new ProofWriter(buffer, this.layout);
    return { buffer, recorder, proof, reading: this.collector.attach(buffer) };
  }

  read(): Reading {
    this.collector.read();
    return new Reading(this.collector.all);
  }
}
