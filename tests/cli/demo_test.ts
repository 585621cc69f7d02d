import assert from "node:assert/strict";
import fc from "fast-check";
import { seedWithSpike } from "../../src/cli/commands/demo.ts";
import { runCli } from "../../src/cli/mod.ts";
import { EventLog, type Pattern, Traffic } from "../../src/pattern/mod.ts";
import { FakeSystem } from "./fake_system.ts";

const PATTERN: Pattern = {
  seed: 98,
  zone: "UTC",
  base: 100,
  max: 500,
  rampUpMs: 2000,
  schedule: [],
  spikes: {
    lambda: 0.1,
    factor: 3,
    minGapMs: null,
    maxGapMs: null,
    riseMs: 1000,
    decayMs: 4000,
  },
  noise: null,
};

Deno.test("seedWithSpike() finds a seed with a whole spike, whenever it is asked", () => {
  const now = fc.integer({ min: 0, max: 4e10 }).map((slot) => slot * 100);
  const seconds = fc.integer({ min: 5, max: 3600 });
  fc.assert(
    fc.property(now, seconds, (startMs, sec) => {
      const durationMs = sec * 1000;
      const seed = seedWithSpike(PATTERN, { startMs, durationMs });
      const traffic = new Traffic([{ ...PATTERN, seed }], new EventLog());
      // The first second is the ramp's, and the rise takes one.
      const found = traffic.spikesBetween(
        startMs + 1000,
        startMs + durationMs - 1000,
      );
      assert.ok(found.length > 0);
    }),
    { seed: 98, numRuns: 200 },
  );
});

Deno.test("kar demo runs against its own server, which counts what kar sent", async () => {
  const kinds = ["protocol http", "protocol http2", "protocol grpc", "journey"];
  await Promise.all(kinds.map(async (protocol) => {
    const flags = `--${protocol}`.split(" ");
    const args = ["demo", "--duration", "5s", ...flags];
    const system = new FakeSystem({ args });
    const code = await runCli(system);
    assert.equal(code, 0, `${protocol}: ${system.stderr.text}`);
    const { text } = system.stdout;
    const [first, second] = text.split("\n");
    // A busy machine may have been too slow for some.
    assert.match(first!, /^(?:All [\d,]+ requests|[\d.<>]+% of) .*\.$/);
    const line =
      /^The server itself counted (\d+) requests, kar sent (\d+): the two agree\.$/
        .exec(second!);
    assert.ok(line !== null, `${protocol}: ${text}`);
    assert.ok(Number(line[1]) > 0);
    assert.match(text, /\nHalf of the answers came within /);
    assert.match(
      text.replaceAll("\n", " "),
      /in a spike \S+ after the start\./,
    );
    assert.match(
      text,
      /\nplan {3}[0-9a-f]{16}\ndigest [0-9a-f]{16}: .*\nseed {3}\d+: .*\n$/,
    );
    assert.ok(!system.isStoppable && !system.isTicking, "nothing goes on");
  }));
});

Deno.test("kar demo refuses to be shorter than a spike, or to go on and on", async () => {
  for (const duration of ["4s", "2h"]) {
    const system = new FakeSystem({ args: ["demo", "--duration", duration] });
    assert.equal(await runCli(system), 2);
    assert.match(system.stderr.text, /from 5s to 1h/);
  }
});
