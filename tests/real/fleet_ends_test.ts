import assert from "node:assert/strict";
import { natsServers } from "../fleet/nats_server.ts";
import { karOnce } from "./fleet_members.ts";
import { untilSec, withFleet } from "./fleet_rig.ts";

/* Who ends what: one part, or all at one slot. */

const [PROGRAM] = natsServers();
if (PROGRAM === undefined) console.log("skipped: no nats-server is found");
const test = PROGRAM === undefined ? Deno.test.ignore : Deno.test;

const STOPPED = /Fleet: ends at (\S+): asked for by n2 on /;

test("kar stop of a member ends all parts at one slot, and with --part its own alone", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, target } = rig;
    const nameOf = (part: number) => `ends-${Deno.pid}-${part}`;
    const members = [1, 2, 3].map((part) =>
      member(part, "--name", nameOf(part))
    );
    await untilSec(rig, 3);
    const own = await karOnce("stop", "--part", "--name", nameOf(3));
    assert.match(own.out, /: stopped\n$/, own.err);
    assert.ok([0, 8].includes(await members[2]!.code), await members[2]!.err);
    assert.doesNotMatch(await members[2]!.err, /Fleet: ends at/);
    const all = await karOnce("stop", "--name", nameOf(2));
    assert.match(all.out, /: draining from \S+Z\n[^]*: stopped\n$/, all.err);
    const ends = await Promise.all(
      members.slice(0, 2).map(async (one) => {
        assert.ok([0, 8].includes(await one.code), await one.err);
        return STOPPED.exec(await one.err)?.[1];
      }),
    );
    assert.equal(ends[0], ends[1]);
    assert.match(all.out, new RegExp(`from ${ends[0]}\n`));
    assert.deepEqual(target.doubled, []);
  }));
