import assert from "node:assert/strict";
import { natsServers } from "../fleet/nats_server.ts";
import { karOnce } from "./fleet_members.ts";
import { type FleetRig, untilSec, withFleet } from "./fleet_rig.ts";

/*
 * What a fleet's run refuses, in words and with an exit code, and what it says
 * where it does otherwise than it was told.
 */

const [PROGRAM] = natsServers();
if (PROGRAM === undefined) console.log("skipped: no nats-server is found");
const test = PROGRAM === undefined ? Deno.test.ignore : Deno.test;

/** A member of part 3 that is given something else than the run has. */
function other({ config, url }: FleetRig, ...more: readonly string[]) {
  return karOnce(
    ...["run", "--config", config, "--fleet", url, "--stripe", "3/3"],
    ...["--node", "n3", ...more],
  );
}

test("another plan, start or cut of the parts is refused with 4, and so is a part that was ended", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, url, config } = rig;
    const members = [member(1), member(3)];
    await Promise.all(members.map((one) => one.until(/Begins at/)));
    const later = new Date(rig.atMs + 3_600_000).toISOString();
    const rows: [string, readonly string[], RegExp][] = [
      ["plan", ["--set", "controller.base_tps=91"], /has another plan than/],
      ["--at", ["--at", later], /--at \S+ is another start/],
      ["--start", ["--start", "2030-01-01"], /--start \S+ is another start/],
      ["parts", ["--stripe", "3/4"], /has 3 parts, and --stripe 3\/4 cuts/],
      ["node", ["--node", "x"], /Part 3\/3 is held by "n3"/],
    ];
    await Promise.all(rows.map(async ([what, more, words]) => {
      const { code, err } = await other(rig, ...more);
      assert.equal(code, 4, `${what}: ${err}`);
      assert.match(err, words, what);
    }));
    await untilSec(rig, 2);
    const drained = await karOnce("fleet", "drain", "3", url);
    assert.match(drained.out, /^blue: part 3 ends from \S+Z\n$/, drained.err);
    const again = await karOnce("fleet", "drain", "3", url);
    assert.equal(again.code, 2);
    assert.match(again.err, /Cannot drain: part 3 ends at \S+ already/);
    assert.ok([0, 8].includes(await members[1]!.code), await members[1]!.err);
    const late = await other(rig, "--duration", "5s");
    assert.equal(late.code, 4, late.err);
    assert.match(late.err, /--duration is ignored: the run lasts 30s/);
    assert.match(late.err, /Part 3 of the run "blue" ended at \S+Z/);
    await members[0]!.code;
    const over = await karOnce("join", url, "--stripe", "1/3");
    assert.equal(over.code, 4);
    assert.match(over.err, /The run "blue" ended at/);
    assert.deepEqual(rig.target.doubled, []);
    const none = await karOnce("watch", `${url}x`, "--wait", "1s");
    assert.equal(none.code, 5, none.err);
    const away = await karOnce(
      ...["run", "--config", config, "--fleet", "nats://127.0.0.1:1/blue"],
      ...["--stripe", "1/3", "--wait", "2s"],
    );
    assert.equal(away.code, 4);
    assert.match(away.err, /cannot be reached: .*; waiting for it\n/);
    assert.match(away.err, /given up after 2s, --wait says how long/);
  }));
