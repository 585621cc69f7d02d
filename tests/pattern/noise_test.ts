import assert from "node:assert/strict";
import fc from "fast-check";
import { Noise } from "../../src/pattern/components/noise.ts";
import type { NoiseSpec } from "../../src/pattern/mod.ts";

const KINDS = ["spring", "perlin"] as const;
const NOW_SEC = Date.UTC(2026, 2, 28) / 1000;
const anySec = fc.double({ min: NOW_SEC, max: NOW_SEC + 1e6, noNaN: true });
const anySeed = fc.nat();

function specOf(kind: NoiseSpec["kind"], amplitude = 0.15): NoiseSpec {
  return { kind, amplitude };
}

for (const kind of KINDS) {
  Deno.test(`Noise (${kind}) never leaves 1 ± amplitude`, () => {
    const anyAmplitude = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anySeed, anyAmplitude, anySec, (seed, amplitude, sec) => {
        const factor = new Noise({ kind, amplitude }, seed).at(sec);
        assert.ok(factor >= 1 - amplitude && factor <= 1 + amplitude);
      }),
      { seed: 98, numRuns: 3000 },
    );
  });

  Deno.test(`Noise (${kind}) passes 0.8 of its amplitude in any hour, both ways`, () => {
    for (let seed = 0; seed < 40; seed++) {
      const noise = new Noise(specOf(kind), seed);
      let least = 0;
      let most = 0;
      for (let slot = 0; slot < 36_000; slot += 2) {
        const value = (noise.at(NOW_SEC + slot / 10) - 1) / 0.15;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      assert.ok(most > 0.8 && least < -0.8, `seed ${seed}: ${least} ${most}`);
    }
  });

  Deno.test(`Noise (${kind}) has no step: near instants have near values`, () => {
    // smoothstep rises by at most 1.5 a second over a range of 2.
    const steepest = 3 * 0.15;
    fc.assert(
      fc.property(
        anySeed,
        fc.oneof(anySec, fc.integer({ min: NOW_SEC, max: NOW_SEC + 1e6 })),
        fc.double({ min: 1e-6, max: 0.01, noNaN: true }),
        (seed, sec, by) => {
          const noise = new Noise(specOf(kind), seed);
          const step = Math.abs(
            noise.at(sec + by / 2) - noise.at(sec - by / 2),
          );
          assert.ok(step <= steepest * by * 1.01 + 1e-9, `${step} in ${by}`);
        },
      ),
      { seed: 98, numRuns: 3000 },
    );
  });

  Deno.test(`Noise (${kind}) has a mean of 1 over a day`, () => {
    const noise = new Noise(specOf(kind), 98);
    let sum = 0;
    for (let sec = 0; sec < 86_400; sec++) sum += noise.at(NOW_SEC + sec + 0.5);
    assert.ok(Math.abs(sum / 86_400 - 1) < 0.15 * 0.03, `${sum / 86_400}`);
  });

  Deno.test(`Noise (${kind}) hears its seed`, () => {
    const [a, b] = [1, 2].map((seed) => new Noise(specOf(kind), seed));
    const differs = [...Array(60).keys()].filter((i) =>
      a!.at(NOW_SEC + i * 7.3) !== b!.at(NOW_SEC + i * 7.3)
    );
    assert.ok(differs.length > 20);
  });
}

Deno.test("Noise (spring) touches a knot each second", () => {
  // Between two knots it is monotone: the extremes lie on whole seconds.
  const noise = new Noise(specOf("spring"), 3);
  for (let sec = NOW_SEC; sec < NOW_SEC + 200; sec++) {
    const values = [...Array(11).keys()].map((i) => noise.at(sec + i / 10));
    const rises = values.slice(1).map((v, i) => v - values[i]!);
    const isMonotone = rises.every((r) => r >= -1e-12) ||
      rises.every((r) => r <= 1e-12);
    assert.ok(isMonotone, String(sec));
  }
});

Deno.test("Noise (spring) goes from knot to knot by smoothstep", () => {
  const noise = new Noise(specOf("spring"), 3);
  for (let sec = NOW_SEC; sec < NOW_SEC + 50; sec++) {
    const [from, to] = [noise.at(sec), noise.at(sec + 1)];
    for (const x of [0.1, 0.25, 0.5, 0.8]) {
      const expected = from + x * x * (3 - 2 * x) * (to - from);
      assert.ok(Math.abs(noise.at(sec + x) - expected) < 1e-6);
    }
  }
});

Deno.test("Noise (perlin) is 0 on the knots of its slowest octave, and only there", () => {
  // Gradient noise passes through 0 on every knot that all octaves share.
  const noise = new Noise(specOf("perlin"), 3);
  const first = Math.ceil(NOW_SEC / 64) * 64;
  for (let k = 0; k < 20; k++) {
    assert.ok(Math.abs(noise.at(first + k * 64) - 1) < 1e-12);
    assert.ok(Math.abs(noise.at(first + k * 64 + 20) - 1) > 1e-4);
  }
});

Deno.test("Noise (perlin) drifts: it moves far less in a second than spring", () => {
  const moved = (kind: NoiseSpec["kind"]) => {
    const noise = new Noise(specOf(kind), 11);
    let sum = 0;
    for (let sec = 0; sec < 3600; sec++) {
      sum += Math.abs(
        noise.at(NOW_SEC + sec + 1.3) - noise.at(NOW_SEC + sec + 0.3),
      );
    }
    return sum;
  };
  assert.ok(moved("perlin") < moved("spring") / 5);
});
