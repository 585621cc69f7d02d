/** The formulas of named irregularities. */
import assert from "node:assert/strict";
import type { BackOff, RetrySpec } from "../../../src/pattern/mod.ts";
import { cronShape } from "../../../src/pattern/irregular/cron.ts";
import { flashShape } from "../../../src/pattern/irregular/flash.ts";
import { pushShape } from "../../../src/pattern/irregular/push.ts";
import { reconnectShape } from "../../../src/pattern/irregular/reconnect.ts";
import { retryShape } from "../../../src/pattern/irregular/retry.ts";
import type { IrregularShape } from "../../../src/pattern/irregular/types.ts";
import { Chance } from "../../fixtures/chance.ts";

const when = { kind: "once", at: "2026-12-01T00:00:00Z" } as const;

function assertNear(found: number, wanted: number, share: number): void {
  assert.ok(Math.abs(found / wanted - 1) < share, `${found}, not ${wanted}`);
}

/** Requests that a shape adds in all. */
function addedBy(shape: IrregularShape): number {
  let sum = 0;
  for (let i = 0; i < shape.slots; i++) {
    sum += (shape.addedAt(i) + shape.mixedAt(i)) / 10;
  }
  return sum;
}

/** The excess of a factor from a slot on, in seconds of the base rate. */
function excessOf(shape: IrregularShape, from = 0): number {
  let sum = 0;
  for (let i = from; i < shape.slots; i++) sum += (shape.factorAt(i) - 1) / 10;
  return sum;
}

Deno.test("cron has all its requests, the most of them at once where clocks agree", () => {
  const spec = { kind: "cron", when, requests: 7200 } as const;
  const sharp = cronShape({ ...spec, spreadMs: 2000, skewMs: 0 });
  assertNear(addedBy(sharp), 7200, 1e-4);
  assert.equal(sharp.lead, 0);
  // 7,200/2 s at the period itself; the first slot has a little less.
  assertNear(sharp.addedAt(0), 3600 * Math.exp(-0.025), 0.01);
  for (let i = 0; i < 100; i++) {
    assertNear(sharp.addedAt(i + 1) / sharp.addedAt(i), Math.exp(-0.05), 1e-9);
  }
  const smeared = cronShape({ ...spec, spreadMs: 2000, skewMs: 300 });
  assertNear(addedBy(smeared), 7200, 1e-4);
  assert.equal(smeared.lead, 12);
  assert.ok(smeared.addedAt(0) > 0);
  const peak = Math.max(
    ...Array.from({ length: smeared.slots }, (_, i) => smeared.addedAt(i)),
  );
  assert.ok(peak > 2500 && peak < 3000, `${peak}`);
});

Deno.test("push has the opens of its devices, and a longer sending has a lower peak", () => {
  const peakOf = (sentOverMs: number) => {
    const shape = pushShape({
      ...{ kind: "push", when, devices: 1e6, opened: 0.03, sentOverMs },
      reaction: { medianMs: 20_000, sigma: 1.2 },
    });
    assertNear(addedBy(shape), 30_000, 1e-3);
    let peak = 0;
    for (let i = 0; i < shape.slots; i++) {
      peak = Math.max(peak, shape.addedAt(i));
    }
    return peak;
  };
  const peaks = [5000, 60_000, 600_000].map(peakOf);
  // No more than 30,000 in ten minutes can be open at once: 50 a second.
  [1034, 423, 49.9].forEach((known, i) => assertNear(peaks[i]!, known, 0.05));
});

Deno.test("push is the log-normal's density, half of it by its median", () => {
  const shape = pushShape({
    ...{ kind: "push", when, devices: 1000, opened: 1, sentOverMs: 0 },
    reaction: { medianMs: 20_000, sigma: 1.2 },
  });
  let half = 0;
  for (let i = 0; i < 200; i++) half += shape.addedAt(i) / 10;
  assertNear(half, 500, 0.002);
});

Deno.test("flash rises to its factor and falls by its power", () => {
  const spec = { kind: "flash", when, factor: 10, power: 1 } as const;
  const times = { riseMs: 60_000, halfMs: 600_000, lastsMs: 7_200_000 };
  const shape = flashShape({ ...spec, ...times });
  assertNear(excessOf(shape), 14_000, 0.005);
  assertNear(shape.factorAt(600), 10, 0.001);
  assertNear(shape.factorAt(6600), 5.5, 0.001);
  const high = Array.from({ length: shape.slots }, (_, i) => shape.factorAt(i))
    .filter((factor) => factor > 2).length;
  assertNear(high / 600, 81, 0.02);
  const hot = flashShape({
    ...{ ...spec, ...times },
    hot: { target: "item", share: 0.9 },
  });
  assertNear(hot.hotAt(600), 0.9, 0.001);
  assert.ok(hot.hotAt(0) < 0.01 && hot.hotAt(6600) < 0.46);
});

const BACKOFF: BackOff = {
  ...{ baseMs: 1000, times: 2, maxMs: 30_000 },
  jitter: "none",
};
const RETRY: RetrySpec = {
  ...{ kind: "retry", when, outageMs: 60_000, fails: 1, afterMs: 1000 },
  ...{ backoff: BACKOFF, tries: 5 },
};

Deno.test("retries keep their plateau whatever the jitter, which takes from what is left after the outage", () => {
  const known = [["none", 36], ["equal", 28.25], ["full", 20.5]] as const;
  for (const [jitter, left] of known) {
    const shape = retryShape({ ...RETRY, backoff: { ...BACKOFF, jitter } });
    assertNear(shape.factorAt(599), 6, 0.005);
    assertNear(excessOf(shape, 600), left, 0.01);
    assert.equal(shape.factorAt(5), 1);
  }
});

for (const jitter of ["none", "equal", "full"] as const) {
  Deno.test(`retries are as those of 2,000 simulated clients (jitter ${jitter})`, () => {
    const spec: RetrySpec = {
      ...RETRY,
      ...{ outageMs: 20_000, fails: 0.8, tries: 4, afterMs: 500 },
      backoff: { ...BACKOFF, jitter },
    };
    const shape = retryShape(spec);
    const perSec = 2000;
    const seconds = Math.ceil(shape.slots / 10);
    const chance = new Chance(98);
    const counts = new Float64Array(seconds);
    const unit = () => chance.below(1e9) / 1e9;
    for (let client = 0; client < perSec; client++) {
      for (let second = 0; second < seconds; second++) {
        sendUntilDone((second + unit()) * 1000, { spec, unit, counts });
      }
    }
    let chi = 0;
    for (let second = 0; second < seconds; second++) {
      let factor = 0;
      for (let i = 0; i < 10; i++) {
        const slot = second * 10 + i;
        factor += (slot < shape.slots ? shape.factorAt(slot) : 1) / 10;
      }
      // First tries are exactly one a second for each client.
      const off = counts[second]! - perSec * factor;
      const variance = Math.max(1, perSec * (factor - 1));
      if (factor === 1) assert.equal(off, 0);
      chi += off * off / variance / seconds;
      assert.ok(
        Math.abs(off) < 6 * Math.sqrt(variance) + 1,
        `second ${second}: ${counts[second]}, not ${perSec * factor}`,
      );
    }
    assert.ok(chi < 2, `${chi}`);
  });
}

interface Simulated {
  readonly spec: RetrySpec;
  readonly unit: () => number;
  readonly counts: Float64Array;
}

/** One request of a client, tried until it is answered or given up. */
function sendUntilDone(
  firstMs: number,
  { spec, unit, counts }: Simulated,
): void {
  let ms = firstMs;
  for (let tries = 0;; tries++) {
    const second = Math.floor(ms / 1000);
    if (second < counts.length) counts[second]!++;
    const isFailed = ms < spec.outageMs && unit() < spec.fails;
    if (!isFailed || tries === spec.tries) return;
    const { baseMs, times, maxMs, jitter } = spec.backoff;
    const wait = Math.min(maxMs, baseMs * times ** tries);
    const drawn = { none: 1, equal: 0.5 + unit() / 2, full: unit() }[jitter];
    ms += spec.afterMs + wait * drawn;
  }
}

Deno.test("reconnects are as high as their back-off is narrow", () => {
  const shape = reconnectShape({
    ...{ kind: "reconnect", when, clients: 100_000, accept: null, then: 2 },
    backoff: { ...BACKOFF, baseMs: 10_000, jitter: "full" },
    target: "login",
  });
  assertNear(addedBy(shape), 300_000, 1e-6);
  assertNear(shape.addedAt(50), 10_000, 1e-6);
  assertNear(shape.mixedAt(50), 20_000, 1e-6);
});

Deno.test("a service that takes only so many connections has the others again and again", () => {
  const shape = reconnectShape({
    ...{ kind: "reconnect", when, clients: 100_000, accept: 5000, then: 1 },
    backoff: { ...BACKOFF, jitter: "full" },
    target: "login",
  });
  let tries = 0;
  let back = 0;
  for (let i = 0; i < shape.slots; i++) {
    tries += shape.addedAt(i) / 10;
    back += shape.mixedAt(i) / 10;
    assert.ok(shape.mixedAt(i) <= 5000 * (1 + 1e-9));
  }
  assertNear(back, 100_000, 1e-6);
  assertNear(tries / 100_000, 3.9, 0.06);
  assertNear(shape.slots / 10, 43, 0.02);
});

Deno.test("reconnects are those of simulated clients", () => {
  const clients = 20_000;
  const accept = 2000;
  const backoff = { ...BACKOFF, jitter: "full" } as const;
  const shape = reconnectShape({
    ...{ kind: "reconnect", when, clients, accept, then: 0 },
    ...{ backoff, target: "login" },
  });
  const chance = new Chance(7);
  const unit = () => chance.below(1e9) / 1e9;
  const due: { tries: number }[][] = Array.from({ length: 6000 }, () => []);
  const wait = (tries: number) =>
    Math.min(backoff.maxMs, backoff.baseMs * backoff.times ** tries) * unit();
  for (let i = 0; i < clients; i++) {
    due[Math.floor((unit() * 100 + wait(0)) / 100)]!.push({ tries: 0 });
  }
  const counts = due.map((here, slot) => {
    const taken = Math.min(1, accept / 10 / Math.max(1, here.length));
    for (const each of here) {
      if (unit() < taken) continue;
      const tries = each.tries + 1;
      const at = slot + 1 + Math.floor((unit() * 100 + wait(tries)) / 100);
      due[at]?.push({ tries });
    }
    return here.length;
  });
  for (let second = 0; second < shape.slots / 10; second++) {
    let found = 0;
    let wanted = 0;
    for (let i = second * 10; i < second * 10 + 10; i++) {
      found += counts[i] ?? 0;
      wanted += i < shape.slots ? shape.addedAt(i) / 10 : 0;
    }
    const room = 8 * Math.sqrt(wanted) + 30;
    assert.ok(Math.abs(found - wanted) < room, `${second}: ${found} ${wanted}`);
  }
});
