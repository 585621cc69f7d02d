import assert from "node:assert/strict";
import { bandOf, distanceOf, lawOf } from "../../src/verdict/mod.ts";
import {
  chance,
  type Fault,
  FAULTS,
  pacedSender,
  proofsOf,
} from "./simulated_sender.ts";

const RATE = 1000;

Deno.test("a sender without a fault is proved, and never refuted", () => {
  for (const seed of [1, 2, 3]) {
    const { law, counts } = proofsOf(FAULTS.none, {
      ratePerSec: RATE,
      arrivals: 100_000,
      seed,
    });
    assert.equal(law.result, "proved", JSON.stringify(law));
    assert.equal(counts.result, "proved");
  }
});

Deno.test("sends that wait for a tick of a millisecond are caught by the law, by half of rate × tick", () => {
  const at = (ratePerSec: number, arrivals: number) =>
    proofsOf(FAULTS.batched, { ratePerSec, arrivals });
  assert.equal(at(1000, 10_000).law.result, "refuted");
  assert.equal(at(1000, 10_000).counts.result, "proved");
  // 0.1 of a gap: a distance of 0.048.
  const { distance, result } = at(100, 40_000).law;
  assert.ok(Math.abs(distance! - 0.048) < 0.01, `${distance}`);
  assert.equal(result, "refuted");
});

Deno.test("one in a thousand dropped or doubled is caught by the counts, and not by the law", () => {
  for (const fault of [FAULTS.dropped, FAULTS.doubled]) {
    const { law, counts } = proofsOf(fault, {
      ratePerSec: RATE,
      arrivals: 10_000,
    });
    assert.equal(counts.result, "refuted");
    assert.ok(counts.wrongLanes > 0 && counts.wrongLanes < 30);
    assert.notEqual(law.result, "refuted");
  }
});

Deno.test("a freeze of 200 ms a second is caught by the law", () => {
  const { law } = proofsOf(FAULTS.frozen, {
    ratePerSec: RATE,
    arrivals: 10_000,
  });
  assert.equal(law.result, "refuted", JSON.stringify(law));
});

Deno.test("constant gaps are caught by the law, at once", () => {
  const { law, counts } = proofsOf(FAULTS.constant, {
    ratePerSec: RATE,
    arrivals: 2000,
  });
  assert.equal(law.result, "refuted", JSON.stringify(law));
  assert.equal(counts.result, "proved");
});

Deno.test("a rate that is 0.5 % too high is caught by the counts", () => {
  const { counts } = proofsOf(FAULTS.none, {
    ratePerSec: RATE,
    arrivals: 20_000,
    speed: 1.005,
  });
  assert.equal(counts.result, "refuted");
  assert.notEqual(counts.handled, counts.planned);
});

Deno.test("lateness of each by itself keeps the law, whatever it says of the lag", () => {
  const { law } = proofsOf(FAULTS.late, {
    ratePerSec: RATE,
    arrivals: 100_000,
  });
  assert.equal(law.result, "proved", JSON.stringify(law));
});

const BURST = { slow: 0.6, mid: 0.65, fast: 0.85 };

for (const isUniform of [false, true]) {
  Deno.test(`the law of a plan with bursts is rescaled by them (uniform: ${isUniform})`, () => {
    const at = (isShapeKnown: boolean, fault: Fault = FAULTS.none) =>
      proofsOf(fault, {
        ...{ ratePerSec: RATE, arrivals: 100_000, isUniform },
        ...{ burst: BURST, isShapeKnown },
      });
    const late: Fault = (due) =>
      due.map((each) => ({ ...each, sentMs: each.intendedMs + 0.02 }));
    // Evenly spread arrivals are held to their places, which lie closer in a burst.
    for (const fault of isUniform ? [FAULTS.none] : [FAULTS.none, late]) {
      const { law, counts } = at(true, fault);
      assert.equal(law.result, "proved", JSON.stringify(law));
      assert.equal(counts.result, "proved");
    }
    assert.equal(at(true, FAULTS.batched).law.result, "refuted");
    // Whoever took the rate inside a slot for constant would see no Poisson process.
    if (!isUniform) assert.equal(at(false).law.result, "refuted");
  });
}

for (
  const { burst, ratePerSec } of [
    { burst: { slow: 0.6, mid: 0.6, fast: 0.6 }, ratePerSec: 200 },
    { burst: { slow: 0.75, mid: 0.65, fast: 0.6 }, ratePerSec: 50 },
    // Inside a slot some cells of 3 ms have fourteen times its rate.
    { burst: { slow: 0.5, mid: 0.5, fast: 0.85 }, ratePerSec: 25 },
  ]
) {
  Deno.test(`the law of bursts of ${burst.slow}, ${burst.mid}, ${burst.fast} at ${ratePerSec}/s is proved of a sender as it is`, () => {
    const arrivals = 60_000;
    const { law, counts } = proofsOf(
      pacedSender(),
      { ratePerSec, arrivals, burst },
    );
    assert.equal(law.result, "proved", JSON.stringify(law));
    assert.equal(counts.result, "proved");
  });
}

Deno.test("the gaps of a plan with bursts are as independent ones: no seed's distance is more than chance has", () => {
  const burst = { slow: 0.75, mid: 0.65, fast: 0.85 };
  const scaled = Array.from({ length: 40 }, (_, i) => {
    const at = { ratePerSec: 200, arrivals: 20_000, burst, seed: i + 1 };
    const { law } = proofsOf(FAULTS.none, at);
    assert.notEqual(law.result, "refuted");
    assert.ok(law.distance! < law.band!, `seed ${i + 1}`);
    return law.distance! * Math.sqrt(law.gaps);
  });
  // Kolmogorov: above 1.358 in one of twenty, 0.828 in the middle.
  const above = scaled.filter((distance) => distance > 1.358).length;
  assert.ok(above <= 6, `${above} of 40`);
  const middle = scaled.toSorted((a, b) => a - b)[20]!;
  assert.ok(middle > 0.65 && middle < 1.05, `${middle}`);
});

Deno.test("evenly spread arrivals are held to their places", () => {
  const at = (fault: keyof typeof FAULTS, ratePerSec = RATE) =>
    proofsOf(FAULTS[fault], { ratePerSec, arrivals: 100_000, isUniform: true });
  assert.equal(at("none").law.result, "proved");
  assert.equal(at("batched").law.result, "refuted");
  assert.equal(at("frozen").law.result, "refuted");
  assert.equal(at("none").counts.result, "proved");
});

Deno.test("distanceOf() of bins is the distance of the samples, to a thousandth", () => {
  const random = chance(98);
  const samples = Float64Array.from({ length: 5000 }, () => random() ** 1.1)
    .sort();
  let exact = 0;
  samples.forEach((u, i) => {
    exact = Math.max(exact, (i + 1) / 5000 - u, u - i / 5000);
  });
  const bins = new Float64Array(1024);
  for (const u of samples) bins[Math.floor(u * 1024)]!++;
  assert.ok(Math.abs(distanceOf(bins)! - exact) < 0.001);
  assert.equal(distanceOf(new Float64Array(1024)), null);
  assert.equal(lawOf(new Float64Array(1024)).result, "not_yet");
});

Deno.test("bandOf() has the widths that its source gives", () => {
  const widths = [1e4, 1e5, 1e6, 1e7].map(bandOf);
  const known = [0.029, 0.0094, 0.003, 0.00095];
  widths.forEach((width, i) => {
    assert.ok(Math.abs(width / known[i]! - 1) < 0.03, `${width}`);
  });
});

Deno.test("clean days raise no alarm, looked at every minute", () => {
  assert.equal(alarmsIn({ days: 30, seed: 1 }), 0);
});

/** How many days had a look at which a true law was held for refuted at no tolerance. */
export function alarmsIn(
  { days, seed }: { readonly days: number; readonly seed: number },
): number {
  const random = chance(seed);
  let alarms = 0;
  for (let day = 0; day < days; day++) {
    const bins = new Float64Array(1024);
    let count = 0;
    for (let minute = 0; minute < 1440; minute++) {
      for (let i = 0; i < 20; i++) bins[(random() * 1024) | 0]!++;
      count += 20;
      if (distanceOf(bins)! <= bandOf(count)) continue;
      alarms++;
      break;
    }
  }
  return alarms;
}
