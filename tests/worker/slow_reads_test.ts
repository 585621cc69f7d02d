import assert from "node:assert/strict";
import fc from "fast-check";
import {
  EVENT_INTERVAL_VARIABLE,
  usableEventInterval,
} from "../../src/base/mod.ts";
import { describeSlowReads } from "../../src/worker/slow_reads.ts";
import { realKar } from "../cli/kar.ts";

/** Turns until a read settles in a worker of a process with this variable. */
async function turnsWith(interval: string | undefined): Promise<number> {
  const env = { ...Deno.env.toObject() };
  delete env[EVENT_INTERVAL_VARIABLE];
  const child = new URL("read_turns_child.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", child],
    clearEnv: true,
    env: {
      ...env,
      ...(interval !== undefined && { [EVENT_INTERVAL_VARIABLE]: interval }),
    },
  }).output();
  const said = new TextDecoder().decode(stdout).trim();
  assert.match(said, /^\d+$/, new TextDecoder().decode(stderr));
  return Number(said);
}

Deno.test("a worker's sockets are read in every turn; this fails where Deno has renamed or dropped the variable", async () => {
  const turns = await turnsWith(undefined);
  assert.ok(turns <= 2, `a read took ${turns} turns`);
  assert.equal(describeSlowReads(turns), undefined);
});

Deno.test("setEventInterval() leaves an interval that somebody has set", async () => {
  const turns = await turnsWith("61");
  assert.ok(turns > 20, `a read took ${turns} turns`);
  assert.match(describeSlowReads(turns)!, /only after \d+ turns/);
});

Deno.test("usableEventInterval() is a number from 1 to 2^32 − 1 whatever is set, and keeps what is one", () => {
  const any = fc.oneof(
    fc.string(),
    fc.nat().map(String),
    fc.integer().map(String),
    fc.constantFrom(
      "",
      "0",
      "000",
      "-1",
      "+1",
      " 1",
      "1.5",
      "1e3",
      "4294967296",
    ),
  );
  fc.assert(fc.property(fc.option(any, { nil: undefined }), (given) => {
    const usable = usableEventInterval(given);
    assert.match(usable, /^\d+$/);
    assert.ok(Number(usable) >= 1 && Number(usable) <= 2 ** 32 - 1);
    assert.equal(usableEventInterval(usable), usable);
  }));
  for (const given of ["1", "4", "61", "4294967295"]) {
    assert.equal(usableEventInterval(given), given);
  }
});

/** What a short run of the real kar with two workers warns of sockets. */
async function warningsWith(
  env: Record<string, string>,
): Promise<readonly string[]> {
  const folder = await Deno.makeTempDir({ prefix: "kar-interval-" });
  try {
    await Deno.writeTextFile(
      `${folder}/kar.yaml`,
      `targets: [{ name: nobody, url: "http://127.0.0.1:1/" }]
controller: { base_tps: 20, max_tps: 20, ramp_up_duration: 0s }
workers: 2
health: { enabled: false }
metrics: { enabled: false }
`,
    );
    const out = `${folder}/report.json`;
    const rest = ["--duration", "1s", "--out", `json=${out}`];
    const { err } = await realKar(
      ["run", "-c", `${folder}/kar.yaml`, ...rest],
      env,
    );
    assert.match(err, /did not answer/);
    const { warnings } = JSON.parse(await Deno.readTextFile(out));
    return warnings.filter((line: string) => line.startsWith("Sockets "));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("kar run has nothing to warn of where sockets are read in every turn", async () => {
  assert.deepEqual(await warningsWith({}), []);
});

Deno.test("kar run warns once, whatever its number of workers, where sockets are read rarely", async () => {
  const [first, ...others] = await warningsWith({
    [EVENT_INTERVAL_VARIABLE]: "61",
  });
  assert.match(first!, /^Sockets are read only after \d+ turns .* DENO_TOKIO/);
  assert.deepEqual(others, []);
});
