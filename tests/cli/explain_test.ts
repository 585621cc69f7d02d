import assert from "node:assert/strict";
import { until } from "../fixtures/until.ts";
import { kar, type Used } from "./kar.ts";
import { withRun } from "./operated.ts";

const CONFIG = `
targets: [{ name: api, url: "http://127.0.0.1:1/" }]
controller:
  base_tps: 100
  max_tps: 160
  schedule:
    - { from: "09:00", to: "17:00", days: [mon, tue], tps_multiplier: 1.5 }
    - { from: "12:00", to: "13:00", tps_multiplier: 2, priority: 1 }
timezone: Europe/Berlin
pattern:
  poisson: { enabled: false }
  noise: { enabled: false }
  trend: { per_week: 10%, since: "2026-11-10T12:30:00+01:00" }
`;

function explain(...args: string[]): Promise<Used> {
  return kar(["explain", "--config", "kar.yaml", ...args], {
    files: { "kar.yaml": CONFIG },
    wallMs: Date.UTC(2026, 10, 24, 9, 30),
  });
}

async function explained(...args: string[]): Promise<string> {
  const { code, out, err } = await explain(...args);
  assert.deepEqual([code, err], [0, ""]);
  return out;
}

Deno.test("kar explain tells each factor of the rate, and why", async () => {
  assert.equal(
    await explained("--at", "2026-11-24T12:30"),
    `2026-11-24 12:30:00  Europe/Berlin
  base           100/s  as planned
  x ramp             1  the ramp is over
  x schedule         2  Tue 12:30 in Europe/Berlin: rule 2 of 2: x2, every day,
                        12:00-13:00
  x trend         1.21  +10 % a week for 2 weeks, since 2026-11-10T11:30:00Z
  x scenario         1  no scenarios are configured
  x calendar         1  no calendar is configured
  x drift            1  no drift is configured
  x burst            1  no bursts are configured
  x spike            1  no spikes are configured
  x noise            1  no noise is configured
  x irregular        1  no irregularities are configured
  x scale            1  no operator has scaled it
  x gate             1  open
  at most        160/s  as planned
  = rate         160/s  phase baseline
`,
  );
});

Deno.test("kar explain means now unless it is told an instant", async () => {
  const out = await explained();
  assert.match(out, /^2026-11-24 10:30:00/);
  assert.match(out, /Tue 10:30.*rule 1 of 2: .1\.5, Mon Tue/);
});

Deno.test("kar explain says where no rule of the schedule holds", async () => {
  const out = await explained("--at", "2026-11-25T10:30");
  assert.match(out, /Wed 10:30 in Europe\/Berlin: no rule holds/);
});

Deno.test("kar explain --json has the factors as a run has them", async () => {
  const json = JSON.parse(
    await explained("--json", "--at", "2026-11-24T09:00:00+01:00"),
  );
  const product = json.factors.reduce(
    (x: number, { value }: { value: number }) => x * value,
    json.base,
  );
  assert.ok(Math.abs(Math.min(product, json.max) - json.rate) < 1e-9);
  assert.equal(json.time, "2026-11-24T08:00:00.05Z");
});

Deno.test("kar explain --config takes no run's name, and a run no seed", async () => {
  const named = await explain("--name", "soak");
  assert.equal(named.code, 2);
  assert.match(named.err, /give one of them/);
  const seeded = await kar(["explain", "--seed", "1"], {});
  assert.equal(seeded.code, 2);
  assert.match(seeded.err, /--seed and --set need --config/);
});

Deno.test({
  name: "kar explain asks a run, which knows what its operators did",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withRun([], async ({ use }) => {
      await use("set", "base", "80");
      await use("set", "scale", "0.5");
      await use("spike", "--factor", "4", "--duration", "20s");
      let out = "";
      await until("the spike rises", async () => {
        out = (await use("explain")).out;
        return /an operator's spike began at .*rising to .4/s.test(out);
      });
      assert.match(out, /base +80\.0\/s +set by an operator/);
      assert.match(out, /scale +0\.5 +set by an operator/);
      const json = JSON.parse((await use("explain", "--json")).out);
      assert.equal(json.phase, "manual");
      const past = await use("explain", "--at", "2020-01-01T00:00:00Z");
      assert.equal(past.code, 2);
      assert.match(past.err, /Cannot explain 2020-01-01T00:00:00Z: it has pas/);
      const ahead = await use("explain", "--at", "2099-01-01T00:00");
      assert.match(ahead.out, /^2099-01-01 00:00:00/);
    }),
});
