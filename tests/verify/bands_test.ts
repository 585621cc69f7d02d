import assert from "node:assert/strict";
import fc from "fast-check";
import { CountBands } from "../../src/verify/bands.ts";
import { expectedOf, instantsOf, proved, runAt, STAMPINGS } from "./support.ts";

const SPAN_MS = 30_000;
const LATENCY_MS = 900;

/** Requests of half a minute, and what each took. */
const REQUESTS = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: SPAN_MS }),
    tookMs: fc.integer({ min: 0, max: LATENCY_MS }),
    /** Lines that it has. */
    lines: fc.constantFrom(1, 1, 1, 1, 1, 0, 2),
  }),
  { maxLength: 200 },
);

function bandsOf(requests: readonly { readonly atMs: number }[]): CountBands {
  const bands = new CountBands(0, SPAN_MS + LATENCY_MS);
  for (const { atMs } of requests) bands.plan(atMs, atMs + LATENCY_MS);
  return bands;
}

Deno.test("latency is no fault, whatever it is up to its bound", () => {
  fc.assert(fc.property(REQUESTS, (requests) => {
    const bands = bandsOf(requests);
    for (const { atMs, tookMs } of requests) bands.line(atMs + tookMs);
    assert.deepEqual(bands.faults().faults, []);
  }));
});

Deno.test("what is missing less what is surplus is exact, and each stretch holds as many as it names", () => {
  fc.assert(fc.property(REQUESTS, (requests) => {
    const bands = bandsOf(requests);
    let count = 0;
    for (const { atMs, tookMs, lines } of requests) {
      for (let i = 0; i < lines; i++) bands.line(atMs + tookMs);
      count += lines;
    }
    const { missing, surplus, faults } = bands.faults();
    assert.equal(missing - surplus, requests.length - count);
    const sum = faults.reduce((n, { lines }) => n + lines, 0);
    assert.equal(sum, missing + surplus);
    for (const { fromMs, toMs } of faults) assert.ok(fromMs < toMs);
  }));
});

Deno.test("a single line that is missing lies in the stretch that is named", () => {
  const one = fc.tuple(REQUESTS, fc.nat());
  fc.assert(fc.property(one, ([requests, nth]) => {
    fc.pre(requests.length > 0);
    const bands = bandsOf(requests);
    const lost = requests[nth % requests.length]!;
    for (const each of requests) {
      if (each !== lost) bands.line(each.atMs + each.tookMs);
    }
    const { missing, faults } = bands.faults();
    assert.equal(missing, 1);
    const { fromMs, toMs } = faults[0]!;
    assert.ok(fromMs <= lost.atMs + LATENCY_MS && lost.atMs < toMs);
  }));
});

Deno.test("a process that was killed may have sent what it did not write down", () => {
  const run = runAt(50, 20);
  const [span] = expectedOf(run).spans;
  const spans = [{ ...span!, to: span!.to - 20, isKilled: true }];
  const instants = instantsOf(run);
  const planned = instantsOf({ ...run, seconds: 18 }).length;
  const of = (count: number) =>
    proved(
      expectedOf(run, { spans, due: planned }),
      instants.slice(0, count).map(STAMPINGS.msec),
    ).counts;
  for (const count of [planned, planned + 20, instants.length]) {
    assert.deepEqual([of(count).result, of(count).planned], [
      "proved",
      planned,
    ]);
  }
  assert.equal(of(planned - 1).result, "refuted");
});
