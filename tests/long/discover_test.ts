import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";
import { watchQuiet } from "./timers.ts";

/*
 * Ten real searches against a queue that serves 300 requests a second, with
 * real time. Where the machine is busy with other work, a search may end with
 * kar as the limit; what it claims has to be true all the same.
 */

const SEARCHES = 10;
const CAPACITY = 300;
const BAND = [270, 330] as const;
const IN_BAND_MIN = 9;
const STEP = "3s";

/** What `kar discover --json` prints, as far as it is looked at. */
interface DiscoverJson {
  readonly sustained: { readonly rate: number | null };
  readonly breaking: { readonly rate: number | null };
  readonly end: string;
  readonly steps: readonly {
    readonly rate: number;
    readonly sentRate: number;
    readonly verdict: string;
  }[];
}

async function discover(
  port: number,
  flags: readonly string[],
): Promise<DiscoverJson> {
  const url = `http://127.0.0.1:${port}/api/health`;
  const system = new FakeSystem({
    args: ["discover", url, "--json", "--step", STEP, ...flags],
  });
  assert.equal(await runCli(system), 0, system.stderr.text);
  return JSON.parse(system.stdout.text);
}

/** A rate was sent: some step that held had at least that many requests a second. */
function assertTrue({ sustained, steps }: DiscoverJson): void {
  if (sustained.rate === null) return;
  const held = steps.filter(({ verdict }) => verdict === "sustained");
  const most = Math.max(...held.map(({ sentRate }) => sentRate));
  // `sentRate` is told in four digits.
  assert.ok(sustained.rate <= most * 1.001, `${sustained.rate} of ${most}`);
}

Deno.test(`kar discover finds a capacity of ${CAPACITY} in ${IN_BAND_MIN} of ${SEARCHES} searches, and claims no rate that it did not send`, async () => {
  const found: (number | null)[] = [];
  let spoilt = 0;
  const quiet = watchQuiet();
  for (let i = 0; i < SEARCHES; i++) {
    const server = await startEchoInWorker({
      port: 0,
      faults: { capacity: CAPACITY },
    });
    try {
      const result = await discover(server.ports.http, [
        ...["--min", "40", "--max", "2000"],
      ]);
      assertTrue(result);
      found.push(result.sustained.rate);
      const isBelow = (result.sustained.rate ?? 0) < BAND[0];
      if (result.end === "kar" && isBelow) spoilt++;
      const tried = result.steps.map(({ rate, verdict }) =>
        `${rate} ${verdict}`
      );
      console.log(
        `${result.sustained.rate}/s, ended by ${result.end}: ${
          tried.join(", ")
        }`,
      );
    } finally {
      await server.shutdown();
    }
  }
  const isQuiet = quiet.stop();
  const [least, most] = BAND;
  const inBand = found.filter((rate) =>
    rate !== null && rate >= least && rate <= most
  );
  console.log(`${inBand.length} of ${SEARCHES} in ${least}–${most}`);
  // Never too much, however busy the machine is.
  for (const rate of found) assert.ok((rate ?? 0) <= most, `${rate}`);
  // A search that says that kar was the limit claims nothing of the target.
  const atLeast = isQuiet ? IN_BAND_MIN : 0;
  assert.ok(inBand.length + spoilt >= atLeast, `${found}`);
});

Deno.test("kar discover says that kar or --max was the limit of a server without one", async () => {
  const server = await startEchoInWorker({ port: 0 });
  try {
    const result = await discover(server.ports.http, [
      ...["--min", "40", "--max", "160"],
    ]);
    assertTrue(result);
    assert.ok(["max", "kar"].includes(result.end), result.end);
    assert.equal(result.breaking.rate, null);
  } finally {
    await server.shutdown();
  }
});
