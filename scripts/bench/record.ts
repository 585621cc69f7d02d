/**
 * What one record of the statistics costs, in a process of its own. Result:
 * one JSON line.
 */
import { createRegion, Layout, Recorder } from "../../src/stats/mod.ts";
import { answer, blankExchange } from "../../src/transport/mod.ts";

const RECORDS = 2_000_000;
const ROUNDS = 5;

/** Nanoseconds an answer, of each round. */
export interface RecordResult {
  readonly nsEach: readonly number[];
}

function record(): RecordResult {
  const layout = new Layout(1);
  const isOk = [(code: number) => code < 400];
  const recorder = new Recorder(createRegion(layout), layout, isOk);
  const exchange = blankExchange();
  exchange.stage = 4;
  exchange.intendedMs = 0;
  exchange.sentMs = 0.01;
  const ok = answer(200);
  const nsEach = Array.from({ length: ROUNDS }, () => {
    const at = { nowMs: 0, second: 1 };
    const started = performance.now();
    for (let i = 0; i < RECORDS; i++) {
      at.nowMs = 0.1 + (i % 5000) / 100;
      recorder.done(exchange, ok, at);
    }
    return (performance.now() - started) * 1e6 / RECORDS;
  });
  return { nsEach };
}

if (import.meta.main) {
  console.log(JSON.stringify(record()));
  Deno.exit(0);
}
