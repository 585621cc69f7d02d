import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { type EchoServer, startEchoInWorker } from "../../src/echo/mod.ts";
import { freePort } from "../fixtures/ports.ts";
import { FakeSystem } from "./fake_system.ts";

/*
 * Real searches, cut short: what they find on a busy machine is bounded by what
 * was really sent, and not by a figure. tests/discover has the figures.
 */

async function against(
  faults: Parameters<typeof startEchoInWorker>[0]["faults"],
  use: (url: string, server: EchoServer) => Promise<void>,
): Promise<void> {
  const server = await startEchoInWorker({ port: 0, faults });
  try {
    await use(`http://127.0.0.1:${server.ports.http}/api/health`, server);
  } finally {
    await server.shutdown();
  }
}

const QUICK = ["--step", "500ms", "--threshold", "response.p90 < 300ms"];
/** What any machine keeps, however busy it is. */
const EASY = ["--step", "500ms", "--threshold", "response.p90 < 30s"];
const PATIENT = ["--set", "limits.max_lateness=10s"];

async function discover(...args: string[]): Promise<FakeSystem> {
  const system = new FakeSystem({ args: ["discover", ...args, ...PATIENT] });
  assert.equal(await runCli(system), 0, system.stderr.text);
  return system;
}

Deno.test("kar discover finds that a target gives way, prints JSON alone, and sends what it claims", () =>
  against({ capacity: 100 }, async (url, server) => {
    const folder = await Deno.makeTempDir({ prefix: "kar-discover-" });
    try {
      const { stdout, stderr } = await discover(
        url,
        "--json",
        "--min",
        "50",
        "--max",
        "400",
        ...QUICK,
        "--save",
        `${folder}/kar.yaml`,
      );
      const found = JSON.parse(stdout.text);
      const { sustained, breaking, recommended, steps } = found;
      assert.ok(steps.length >= 2);
      const sent = steps.reduce(
        (sum: number, step: { sent: number }) => sum + step.sent,
        0,
      );
      assert.ok(
        (await server.stats()).total >= sent,
        "probes are beside the steps",
      );
      assert.ok(
        steps.some(({ verdict }: { verdict: string }) =>
          verdict !== "sustained"
        ),
      );
      if (breaking.rate !== null) {
        assert.ok(breaking.rate <= 400 && breaking.first.length > 3);
      }
      if (sustained.rate !== null) {
        const claims = steps.filter(({ verdict }: { verdict: string }) =>
          verdict === "sustained"
        )
          .map(({ sentRate }: { sentRate: number }) => sentRate);
        assert.ok(sustained.rate <= Math.max(...claims) + 0.5);
        assert.ok(recommended < sustained.rate);
        const text = await Deno.readTextFile(`${folder}/kar.yaml`);
        assert.match(text, new RegExp(`base_tps: ${recommended} # requests`));
        assert.match(text, new RegExp(`max_tps: ${sustained.rate} # the rate`));
      }
      assert.match(
        stderr.text,
        /^kar: Searching from 50\.0\/s to .* steps of /,
      );
      // Half a second of 50/s is too little for a share of failures.
      assert.match(
        stderr.text,
        /^kar: 50\.0\/s goes on for up to 6s: too few answers yet\n(?:kar: .*\n)*kar: 50\.0\/s for /m,
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }));

Deno.test("kar discover says that --max, or kar, was the limit where the target is none", () =>
  against({}, async (url) => {
    const { stdout } = await discover(
      url,
      "--min",
      "60",
      "--max",
      "120",
      ...EASY,
    );
    assert.match(stdout.text, /^kar discover\n +Sustained /);
    // The server of a machine that is busy enough does give way, and is named.
    const isNone = /Limited by +(?:--max: nothing|kar itself)/;
    const gaveWay = /Breaking +[\d.]+\/s: \S[^]*Limited by +the target/;
    assert.ok(isNone.test(stdout.text) || gaveWay.test(stdout.text));
    assert.match(stdout.text, /60\.0\/s \S /);
  }));

Deno.test("kar discover leaves out a file's scenarios and thresholds, and sends its fields", () =>
  against({}, async (url, server) => {
    const system = new FakeSystem({
      args: ["discover", "--config", "kar.yaml", "--min", "60", "--max", "60"]
        .concat(EASY, PATIENT),
      files: {
        "kar.yaml": `
targets: [{ name: api, url: "${url.replace("health", "{{page}}")}" }]
data: { page: { values: [health] } }
controller: { base_tps: 10, max_tps: 400 }
scenarios: [{ name: peak, duration: 1s, base_tps: 300 }]
thresholds: ["errors{scenario=peak} < 1% over 1s -> breaker"]
safety: { enabled: true, error_rate_above: 50 }
`,
      },
    });
    assert.equal(await runCli(system), 0, system.stderr.text);
    assert.match(system.stdout.text, /60\.0\/s \S /);
    assert.ok((await server.stats()).total > 10);
  }));

Deno.test("kar discover stops at once where most requests fail", () =>
  against({ errorShare: 1 }, async (url, server) => {
    const { stdout } = await discover(url, "--json", "--min", "100", ...QUICK);
    const { sustained, breaking, end, steps } = JSON.parse(stdout.text);
    assert.deepEqual([sustained.rate, end, steps.length], [null, "harmful", 1]);
    assert.match(breaking.first, /^100% of the requests failed$/);
    assert.ok((await server.stats()).total < 1000);
  }));

Deno.test("kar discover ends with what it knows when it is interrupted", () =>
  against({}, async (url, server) => {
    const system = new FakeSystem({
      args: ["discover", url, "--json", "--min", "20", ...PATIENT],
    });
    const ended = runCli(system);
    while ((await server.stats()).total < 5) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    system.interrupt();
    assert.equal(await ended, 0);
    assert.equal(JSON.parse(system.stdout.text).end, "interrupted");
  }));

Deno.test("kar discover is 6 where nobody answers at all", async () => {
  const system = new FakeSystem({
    args: [
      "discover",
      `http://127.0.0.1:${freePort()}/`,
      "--min",
      "100",
      "--step",
      "1s",
    ],
  });
  assert.equal(await runCli(system), 6, system.stderr.text);
});

Deno.test("kar discover --config sends its own rates, whatever else shapes, judges or stops a run of the file", () =>
  against({}, async (url) => {
    const text = `
targets: [{ name: a, url: "${url}" }]
controller: { base_tps: 7, schedule: [{ from: "00:00", to: "24:00", tps_multiplier: 0.01 }] }
scenarios: [{ name: x, duration: 1h, base_tps: 0 }]
thresholds: ["sent == 0 over 1s -> stop"]
safety: { enabled: true, error_rate_above: 1, sustained_for: 1s }
`;
    const system = new FakeSystem({
      args: [
        "discover",
        "--config",
        "kar.yaml",
        "--json",
        "--min",
        "60",
        "--max",
        "60",
        ...QUICK,
        ...PATIENT,
      ],
      files: { "kar.yaml": text },
    });
    assert.equal(await runCli(system), 0, system.stderr.text);
    const [step] = JSON.parse(system.stdout.text).steps;
    // Sixty a second for half a second or more: thirty are due on average.
    assert.ok(step.due > 8, JSON.stringify(step));
  }));
