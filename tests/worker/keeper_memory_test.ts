import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createKeeperMemory,
  keep,
  type KeeperMemory,
  nextGeneration,
  roundsOf,
  WakeLateness,
  Waker,
} from "../../src/worker/keeper_memory/mod.ts";
import {
  createLateness,
  noteLateness,
} from "../../src/worker/keeper_memory/lateness.ts";

/** When, in a round of the keeper, something happens to its memory. */
type Moment = "before reading" | "before sleeping" | "asleep";

/** Something that happens in a round. */
interface Step {
  readonly moment: Moment;
  readonly happens: () => void;
}

/** One keeper in this thread: its sleeps take no time, and the test says what happens when. */
class KeptTime {
  readonly memory: KeeperMemory;
  readonly generation: number;
  readonly sleeps: number[] = [];
  nowMs = 1000;
  #steps: Step[] = [];
  #isRead = false;

  constructor(places = 1) {
    this.memory = createKeeperMemory(places);
    this.generation = nextGeneration(this.memory);
  }

  /** Runs as many rounds as there are sleeps until `end`, and then ends. */
  keep(steps: readonly Step[], rounds: number): void {
    this.#steps = [...steps];
    keep(this.memory, this.generation, {
      now: () => {
        this.#take(this.#isRead ? "before sleeping" : "before reading");
        this.#isRead = !this.#isRead;
        return this.nowMs;
      },
      wait: (ints, index, value, timeoutMs) => {
        const endMs = this.nowMs + timeoutMs;
        const isAsleep = Atomics.load(ints, index) === value;
        if (isAsleep) {
          this.#take("asleep");
          // An ask notifies; else the time passes.
          if (Atomics.load(ints, index) === value) this.nowMs = endMs;
        }
        this.sleeps.push(isAsleep ? timeoutMs : 0);
        if (this.sleeps.length >= rounds) nextGeneration(this.memory);
      },
    });
  }

  #take(moment: Moment): void {
    if (this.#steps[0]?.moment === moment) this.#steps.shift()!.happens();
  }
}

/** Wakes that a place has had. */
function wakesOf({ ints }: KeeperMemory, place: number): number {
  return new Int32Array(ints)[(place + 1) * 16]!;
}

Deno.test("keep() ends its sleep at once for an ask that comes at any moment of its round", async (t) => {
  const moments: Moment[] = ["before reading", "before sleeping", "asleep"];
  for (const moment of moments) {
    await t.step(moment, () => {
      const kept = new KeptTime();
      const waker = new Waker(kept.memory, 0);
      const happens = () => {
        waker.ask(kept.nowMs, kept.nowMs + 3, () => {});
      };
      kept.keep([{ moment, happens }], 5);
      assert.equal(wakesOf(kept.memory, 0), 1);
      const slept = kept.sleeps.findIndex((ms) => ms === 3);
      assert.ok(slept >= 0 && slept <= 2, `${kept.sleeps}`);
      const before = kept.sleeps.slice(0, slept);
      assert.ok(moment === "asleep" || before.every((ms) => ms === 0));
    });
  }
});

Deno.test("keep() takes an earlier ask for the same place, and any for another, in their order", () => {
  const kept = new KeptTime(3);
  const wakers = [0, 1, 2].map((place) => new Waker(kept.memory, place));
  const ask = (place: number, inMs: number): Step => ({
    moment: "asleep",
    happens: () => {
      wakers[place]!.ask(kept.nowMs, kept.nowMs + inMs, () => {});
    },
  });
  kept.keep([ask(0, 15), ask(1, 10), ask(0, 5), ask(2, 7)], 9);
  assert.deepEqual([0, 1, 2].map((i) => wakesOf(kept.memory, i)), [1, 1, 1]);
  assert.deepEqual(kept.sleeps.filter((ms) => ms > 0), [
    20,
    15,
    10,
    5,
    5,
    2,
    3,
    20,
    20,
  ]);
});

Deno.test("keep() loses no ask and makes none up, whatever comes when", () => {
  const moment = fc.constantFrom<Moment>(
    "before reading",
    "before sleeping",
    "asleep",
  );
  const ask = fc.record({ moment, place: fc.nat(2), inUs: fc.nat(4000) });
  fc.assert(fc.property(fc.array(ask, { maxLength: 40 }), (asks) => {
    const kept = new KeptTime(3);
    const wakers = [0, 1, 2].map((place) => new Waker(kept.memory, place));
    const openMs = [Infinity, Infinity, Infinity];
    const wakes = [0, 0, 0];
    /** A wake is due when its instant has come, and not before. */
    const check = () => {
      for (let place = 0; place < 3; place++) {
        const had = wakesOf(kept.memory, place) - wakes[place]!;
        assert.ok(had <= 1);
        if (had === 1) assert.ok(openMs[place]! <= kept.nowMs);
        if (had === 1) openMs[place] = Infinity;
        wakes[place]! += had;
      }
    };
    const steps = asks.map(({ moment, place, inUs }): Step => ({
      moment,
      happens: () => {
        check();
        const atMs = kept.nowMs + inUs / 1000;
        if (wakers[place]!.ask(kept.nowMs, atMs, () => {})) {
          openMs[place] = atMs;
        } else assert.equal(inUs, 0);
      },
    }));
    kept.keep(steps, 3 * asks.length + 6);
    check();
    assert.deepEqual(openMs, [Infinity, Infinity, Infinity]);
  }));
});

Deno.test("keep() makes fifty rounds a second where nobody asks, and ends with its generation", () => {
  const kept = new KeptTime();
  kept.keep([], 10);
  assert.deepEqual(kept.sleeps, Array(10).fill(20));
  assert.equal(roundsOf(kept.memory), 10);
  // Another generation serves: this one does not begin.
  kept.keep([], 1);
  assert.equal(roundsOf(kept.memory), 10);
});

Deno.test("keep() notes how late each of its sleeps has ended, and of none that was ended by an ask", () => {
  const kept = new KeptTime();
  const late = (ms: number): Step => ({
    moment: "before reading",
    happens: () => kept.nowMs += ms,
  });
  const waker = new Waker(kept.memory, 0);
  const asked: Step = {
    moment: "asleep",
    happens: () => waker.ask(kept.nowMs, kept.nowMs + 5, () => {}),
  };
  // The first look at the clock follows no sleep.
  kept.keep([late(0), late(3), late(0.5), asked, late(0), late(8)], 7);
  const lateness = new WakeLateness(kept.memory.lateness);
  assert.equal(lateness.longestMs, 8);
  assert.equal(lateness.count, kept.sleeps.length - 2);
});

Deno.test("WakeLateness tells a percentile within 9 %, and none with fewer than ten wakes beyond it", () => {
  const ms = fc.double({ min: 0.002, max: 5000, noNaN: true });
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1, maxLength: 500 }), (all) => {
      const memory = createLateness();
      const cells = new Float64Array(memory);
      for (const each of all) noteLateness(cells, each);
      const lateness = new WakeLateness(memory);
      assert.equal(lateness.count, all.length);
      assert.equal(lateness.longestMs, Math.max(...all));
      const sorted = [...all].sort((a, b) => a - b);
      for (const share of [0.5, 0.9, 0.99]) {
        const told = lateness.percentile(share);
        const beyond = all.length * (1 - share);
        assert.equal(told === null, beyond < 10 - 1e-6);
        if (told === null) continue;
        const exact = sorted[Math.ceil(all.length * share - 1e-9) - 1]!;
        assert.ok(
          told >= exact * (1 - 1e-9) && told <= exact * 1.0906,
          `${told} for ${exact}`,
        );
      }
    }),
  );
});

Deno.test("Waker.ask() does not wait for an instant that has come", () => {
  const waker = new Waker(createKeeperMemory(1), 0);
  const never = () => assert.fail("ran for an instant that has come");
  assert.equal(waker.ask(10, 10, never), false);
  assert.equal(waker.ask(10, 9, never), false);
});

Deno.test("Waker.ask() runs its task by a timer where no keeper serves", async () => {
  const waker = new Waker(createKeeperMemory(1), 0);
  const { promise, resolve } = Promise.withResolvers<void>();
  // Nothing else keeps this process alive.
  const alive = setTimeout(() => {}, 60_000);
  const nowMs = performance.now();
  assert.ok(waker.ask(nowMs, nowMs + 2, resolve));
  await promise;
  clearTimeout(alive);
  assert.ok(performance.now() >= nowMs + 2);
});

Deno.test("Waker.leave() takes an ask back", () => {
  const kept = new KeptTime();
  const waker = new Waker(kept.memory, 0);
  waker.ask(kept.nowMs, kept.nowMs + 3, () => {});
  waker.leave();
  kept.keep([], 3);
  assert.equal(wakesOf(kept.memory, 0), 0);
});
