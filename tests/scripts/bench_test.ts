import assert from "node:assert/strict";
import { launchByTask } from "../../scripts/bench/launch.ts";
import {
  corePercentIn,
  heldUp,
  parseSchedstat,
} from "../../scripts/bench/observe.ts";
import { BenchUsageError, parseOptions } from "../../scripts/bench/options.ts";
import { gridRows } from "../../scripts/bench/pacing/sitting.ts";
import { table } from "../../scripts/bench/rows.ts";
import { BLANK, serving } from "./blank_reading.ts";

Deno.test("parseOptions() takes rows by name and leaves the rest to them", () => {
  assert.deepEqual(parseOptions(["pacing", "record"]), {
    rows: ["pacing", "record"],
    rates: null,
    rounds: null,
    seconds: null,
    pacings: null,
    cores: "both",
    kar: null,
    against: null,
    json: false,
    list: false,
  });
});

Deno.test("parseOptions() reads lists, and --quick yields to what is said", () => {
  const options = parseOptions(
    ["--rate=10,2.5", "--pacing", "exact,eco", "--quick", "--rounds", "2"],
  );
  assert.deepEqual(options.rates, [10, 2.5]);
  assert.deepEqual(options.pacings, ["exact", "eco"]);
  assert.equal(options.rounds, 2);
  assert.equal(options.cores, "one");
  assert.equal(parseOptions(["--quick"]).rounds, 1);
});

Deno.test("parseOptions() says what would be right", () => {
  const wrong: readonly (readonly [string[], RegExp])[] = [
    [["--rate", "1000,"], /--rate "" must be numbers above 0/],
    [["--rate", "0"], /--rate "0" must be/],
    [["--rounds", "1.5"], /--rounds "1.5" must be a whole number/],
    [["--cores", "two"], /--cores "two" must be one, all or both/],
    [["--only", "record"], /--only/],
  ];
  for (const [args, message] of wrong) {
    assert.throws(
      () => parseOptions(args),
      (error) =>
        error instanceof BenchUsageError && message.test(error.message),
      args.join(" "),
    );
  }
});

Deno.test("launchByTask() starts a task as written, by the Deno that runs", () => {
  const command = launchByTask("/a b", "A=1 deno run -A main.ts", "/x/deno");
  assert.match(command[1]!, /^PATH=\/x:/);
  assert.deepEqual(command.slice(2), [
    "sh",
    "-c",
    `cd '/a b' && exec env A=1 deno run -A main.ts "$@"`,
    "kar",
  ]);
});

Deno.test("heldUp() is what the busiest thread waited for others than its own siblings", () => {
  const before = [
    { tid: 1, cpuSec: 1, waitSec: 5 },
    { tid: 2, cpuSec: 1, waitSec: 0 },
  ];
  const after = [
    { tid: 2, cpuSec: 1.1, waitSec: 9 },
    { tid: 1, cpuSec: 2, waitSec: 5.5 },
  ];
  assert.equal(Number(heldUp(before, after).toFixed(6)), 0.4);
  assert.equal(heldUp(before, []), 0);
  assert.equal(heldUp([], [{ tid: 3, cpuSec: 1, waitSec: 0.25 }]), 0.25);
});

Deno.test("corePercentIn() leaves out the look at which a thread had ended", () => {
  const at = (atMs: number, ...cpuSec: number[]) => ({
    atMs,
    threads: cpuSec.map((sec, tid) => ({ tid, cpuSec: sec, waitSec: 0 })),
    server: [],
    memoryMb: 1,
  });
  const samples = [at(0, 1, 9), at(1000, 1.25, 9.25), at(2000, 1.3)];
  assert.equal(corePercentIn(samples), 50);
  assert.equal(corePercentIn([...samples, at(3000, 1.3, 0.7)]), 60);
  assert.equal(corePercentIn(samples.slice(1)), null);
  assert.equal(corePercentIn([]), null);
});

Deno.test("parseSchedstat() reads nanoseconds", () => {
  assert.deepEqual(parseSchedstat("2000000000 500000000 12\n"), {
    cpuSec: 2,
    waitSec: 0.5,
  });
});

Deno.test("table() lays programs out in a grid and other rows below", () => {
  const readings = new Map([
    ["kar", [{ ...serving(61.234), memoryMb: 120 }]],
    ["oha", [{ ...BLANK, memoryMb: 1500 }]],
  ]);
  const text = table([
    ...gridRows("pacing", "at 1,000/s", readings),
    {
      bench: "record",
      what: "one answer",
      value: 51,
      unit: "ns",
      goal: "≤ 50",
      held: false,
    },
  ]);
  const [title, groups, names, kar, oha, , last] = text.split("\n");
  assert.equal(title, "at 1,000/s");
  assert.deepEqual(groups!.trim().split(/\s+/).slice(0, 4), [
    "lag",
    "lag",
    "lag",
    "service",
  ]);
  assert.equal(groups!.length >= names!.trimEnd().length - 2, true);
  assert.deepEqual(
    kar!.split(/\s{2,}/),
    "kar  –  –  –  61.2  –  –  –  –  –  120  –  –  –  –".split("  "),
  );
  assert.match(oha!, /^oha .* 1,500 /);
  assert.equal(last, "record  one answer  51  ns  ≤ 50  NOT HELD");
});
