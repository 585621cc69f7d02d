import assert from "node:assert/strict";
import fc from "fast-check";
import type { Opened } from "../../../../src/transport/socket/dial/attempt.ts";
import {
  ATTEMPT_DELAY_MS,
  firstToConnect,
} from "../../../../src/transport/socket/dial/race.ts";
import type { DialFailure } from "../../../../src/transport/socket/mod.ts";
import type { FailureKind } from "../../../../src/transport/mod.ts";
import { StillClock } from "../../support.ts";

/** What an address does, and when; `afterMs` Infinity = it stays silent. */
interface Address {
  readonly afterMs: number;
  readonly ends: "opened" | FailureKind;
}

/** A race between addresses 0, 1, 2, … on a clock that the test moves. */
class Stage {
  readonly clock = new StillClock();
  readonly controller = new AbortController();
  readonly begun: { readonly address: string; readonly atMs: number }[] = [];
  readonly slow: string[] = [];
  readonly dropped: string[] = [];
  /** Opened and neither given to the caller nor dropped. */
  open = 0;
  running = 0;
  result: Opened | DialFailure | null = null;
  readonly done: Promise<void>;

  constructor(readonly addresses: readonly Address[]) {
    const names = addresses.map((_, i) => `${i}`);
    this.done = firstToConnect(names, {
      clock: this.clock,
      signal: this.controller.signal,
      open: (address, signal) => this.#open(address, signal),
      onSlow: (address) => this.slow.push(address),
    }).then((result) => {
      this.result = result;
      if (result.kind === "opened") this.open--;
    });
  }

  /** The winner's number, or the failure's kind; null = none yet. */
  get outcome(): string | null {
    if (this.result === null) return null;
    return this.result.kind === "failure"
      ? this.result.failure
      : (this.result as Named).address;
  }

  async runTo(endMs: number): Promise<void> {
    for (let ms = this.clock.now(); ms <= endMs; ms += 1) {
      this.clock.runTo(ms);
      await turns();
    }
  }

  #open(address: string, signal: AbortSignal): Promise<Opened | DialFailure> {
    const { afterMs, ends } = this.addresses[Number(address)]!;
    this.begun.push({ address, atMs: this.clock.now() });
    this.running++;
    return new Promise((resolve) => {
      let isSettled = false;
      const settle = (result: Opened | DialFailure) => {
        if (isSettled) return;
        isSettled = true;
        cancel();
        this.running--;
        resolve(result);
      };
      const cancel = afterMs === Infinity ? () => {} : this.clock.after(
        afterMs,
        () => {
          if (signal.aborted) return;
          settle(ends === "opened" ? this.#opened(address) : fail(ends));
        },
      );
      signal.addEventListener("abort", () => settle(fail("aborted")), {
        once: true,
      });
    });
  }

  #opened(address: string): Named {
    this.open++;
    return {
      kind: "opened",
      address,
      finish: () => Promise.reject(new Error("not here")),
      drop: () => {
        this.open--;
        this.dropped.push(address);
      },
    };
  }
}

interface Named extends Opened {
  readonly address: string;
}

function fail(failure: FailureKind): DialFailure {
  return { kind: "failure", failure, reason: failure };
}

async function turns(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}

const opens = (afterMs: number): Address => ({ afterMs, ends: "opened" });
const silent: Address = { afterMs: Infinity, ends: "timeout" };

Deno.test("firstToConnect() begins with the next address after 250 ms of silence", async () => {
  const stage = new Stage([silent, silent, opens(3)]);
  await stage.runTo(600);
  assert.deepEqual(stage.begun.map(({ atMs }) => atMs), [0, 250, 500]);
  assert.equal(stage.outcome, "2");
  assert.deepEqual(stage.slow, ["0", "1"]);
  assert.equal(stage.running, 0);
});

Deno.test("firstToConnect() begins with the next address at once when one refuses", async () => {
  const stage = new Stage([
    { afterMs: 1, ends: "refused" },
    { afterMs: 1, ends: "unreachable" },
    opens(1),
    silent,
  ]);
  await stage.runTo(10);
  assert.deepEqual(stage.begun.map(({ atMs }) => atMs), [0, 1, 2]);
  assert.equal(stage.outcome, "2");
  assert.equal(stage.clock.waiting, 0);
});

Deno.test("firstToConnect() lets a slow address win that connects before a later one", async () => {
  const stage = new Stage([opens(260), opens(20)]);
  await stage.runTo(300);
  assert.equal(stage.outcome, "0");
  assert.deepEqual(stage.slow, []);
});

Deno.test("firstToConnect() tries no other address after a failure that is kar's own", async () => {
  const stage = new Stage([{ afterMs: 1, ends: "generator" }, opens(1)]);
  await stage.runTo(5);
  assert.equal(stage.outcome, "generator");
  assert.equal(stage.begun.length, 1);
});

Deno.test("firstToConnect() tells what the last address said when none connects", async () => {
  const stage = new Stage([
    { afterMs: 300, ends: "refused" },
    { afterMs: 1, ends: "unreachable" },
  ]);
  await stage.runTo(400);
  assert.equal(stage.outcome, "refused");
});

Deno.test("firstToConnect() gives everything up when its signal comes, and waits for that", async () => {
  const stage = new Stage([silent, silent]);
  await stage.runTo(300);
  stage.controller.abort();
  await stage.done;
  assert.equal(stage.outcome, "aborted");
  assert.equal(stage.running, 0);
  assert.equal(stage.clock.waiting, 0);
});

const address = fc.record<Address>({
  afterMs: fc.oneof(fc.nat(700), fc.constant(Infinity)),
  ends: fc.constantFrom(
    "opened",
    "opened",
    "refused",
    "timeout",
    "unreachable",
  ),
});

Deno.test("firstToConnect() has the earliest of what could connect, and leaks nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(address, { minLength: 2, maxLength: 5 }),
      async (addresses) => {
        const stage = new Stage(addresses);
        await stage.runTo(2500);
        assert.equal(stage.outcome, expected(addresses));
        if (stage.outcome !== null) assert.equal(stage.running, 0);
        assert.equal(stage.open, 0);
        const begun = stage.begun.map(({ address }) => Number(address));
        assert.deepEqual(begun, begun.map((_, i) => i), "in order, each once");
        stage.controller.abort();
        await stage.done;
        assert.equal(stage.clock.waiting, 0);
      },
    ),
    { numRuns: 40 },
  );
});

/** The same, reckoned from the rules: when each begins, and when it ends. */
function expected(addresses: readonly Address[]): string | null {
  const ends: number[] = [];
  let beginMs = 0;
  let last = { atMs: -1, ends: "" };
  let winner: { readonly i: number; readonly atMs: number } | null = null;
  for (const [i, { afterMs, ends: how }] of addresses.entries()) {
    // Whatever has connected by then ends the race.
    if (winner !== null && winner.atMs < beginMs) break;
    const atMs = beginMs + afterMs;
    ends.push(how === "opened" ? Infinity : atMs);
    if (how === "opened" && atMs < (winner?.atMs ?? Infinity)) {
      winner = { i, atMs };
    }
    if (how !== "opened" && atMs >= last.atMs) last = { atMs, ends: how };
    // The next begins when any that runs has failed, or after the delay.
    const failed = ends.filter((endMs) => endMs > beginMs || endMs === atMs);
    beginMs = Math.min(beginMs + ATTEMPT_DELAY_MS, ...failed);
  }
  if (winner !== null && winner.atMs !== Infinity) return `${winner.i}`;
  return last.atMs === Infinity ||
      addresses.some(({ ends, afterMs }) =>
        ends === "opened" && afterMs === Infinity
      )
    ? null
    : last.ends;
}
