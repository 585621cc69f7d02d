import assert from "node:assert/strict";
import { digestSpan } from "../../src/arrivals/mod.ts";
import { configOf, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import type { ReportV1 } from "../../src/report/mod.ts";
import { natsServers } from "../fleet/nats_server.ts";
import { karOnce } from "./fleet_members.ts";
import {
  type FleetRig,
  LENGTH_SEC,
  untilSec,
  viewer,
  withFleet,
} from "./fleet_rig.ts";

/*
 * Three members and a viewer, each a process of its own, against a server that
 * counts every request by its identity, and every nats-server that is found.
 * What the machine makes late is missed and named: no timing is asserted.
 */

const SERVERS = natsServers();
if (SERVERS.length === 0) console.log("skipped: no nats-server is found");

async function reportOf({ folder }: FleetRig): Promise<ReportV1> {
  return JSON.parse(await Deno.readTextFile(`${folder}/all.json`));
}

function holesOf({ holes = [] }: ReportV1): number {
  return holes.reduce((sum, { due }) => sum + due, 0);
}

/** All arrivals of the plan, made by the functions that send. */
async function plannedOf({ config, atMs }: FleetRig): Promise<number> {
  const parsed = parseConfig(await Deno.readTextFile(config), {
    file: config,
    overrides: [],
    environment: () => undefined,
    systemZone: "UTC",
  });
  const plan = buildPlan(configOf(parsed), { drawSeed: () => 0 });
  const span = { startMs: atMs, durationMs: LENGTH_SEC * 1000 };
  return [...digestSpan(plan, span)].at(-1)!.arrivals;
}

for (const program of SERVERS) {
  Deno.test(`a member is killed, one stands still, and so does the bus: no request twice, and the plan is what was sent and what is named (${program})`, () =>
    withFleet(program, "", async (rig) => {
      const { target, nats, member } = rig;
      const members = [member(1), member(2), member(3)];
      const watched = viewer(rig);
      await untilSec(rig, 5);
      const stranger = karOnce(
        "join",
        rig.url,
        "--stripe",
        "1/3",
        "--node",
        "x",
      );
      void members[2]!.halt(3000);
      await untilSec(rig, 9);
      members[1]!.signal("SIGKILL");
      await untilSec(rig, 12);
      members[1] = member(2);
      await untilSec(rig, 20);
      await nats.kill();
      await untilSec(rig, 23);
      await nats.begin();
      const refused = await stranger;
      assert.equal(refused.code, 4);
      assert.match(refused.err, /Part 1\/3 is held by "n1"/);
      for (const [i, one] of members.entries()) {
        assert.ok(
          [0, 8].includes(await one.code),
          `member ${i + 1}: ${await one.err}`,
        );
      }
      await watched.code;
      const report = await reportOf(rig).catch(async () => {
        throw new Error(await watched.err);
      });
      assert.deepEqual(target.doubled, []);
      assert.equal(report.due + holesOf(report), await plannedOf(rig));
      const seen = target.seen.size;
      assert.ok(seen >= report.sent, "what was told was sent");
      assert.ok(
        seen - report.sent <= (report.notConfirmed ?? 0),
        `${seen} seen, ${report.sent} told, ${report.notConfirmed} not confirmed`,
      );
      assert.ok(report.holes!.some(({ part }) => part === 2));
      console.log(
        `${program}: ${seen} seen, ${report.sent} told, ${
          holesOf(report)
        } in holes, ${report.notConfirmed} not confirmed`,
      );
    }));

  Deno.test(`what operators ask holds at one slot for all members, and a store that is lost stops no traffic (${program})`, () =>
    withFleet(program, "", async (rig) => {
      const { target, nats, member, url } = rig;
      const members = [member(1), member(2), member(3)];
      await untilSec(rig, 3);
      const paused = await karOnce("pause", "--fleet", url);
      assert.match(paused.out, /^blue: paused from \S+Z\n$/);
      const resumed = await karOnce("resume", "--fleet", url);
      assert.match(resumed.out, /^blue: resumed from \S+Z\n$/);
      const status = await karOnce("fleet", "status", url, "--json");
      const { parts, changes } = JSON.parse(status.out);
      assert.equal(changes, 2);
      assert.deepEqual(
        parts.map(({ node }: { node: string }) => node),
        ["n1", "n2", "n3"],
      );
      await untilSec(rig, 18);
      await nats.lose();
      await untilSec(rig, 21);
      await nats.begin();
      const slots = new Set<string>();
      let sent = 0;
      for (const [i, one] of members.entries()) {
        assert.ok([0, 8].includes(await one.code), await one.err);
        const said = await one.err;
        slots.add(
          [...said.matchAll(/Fleet: (?:pause|resume) from \S+/g)].join(),
        );
        const { out } = await karOnce(
          "report",
          `${rig.folder}/${i + 1}.kar`,
          "--out",
          "json=-",
        );
        sent += (JSON.parse(out) as ReportV1).sent;
      }
      assert.equal(slots.size, 1, [...slots].join("\n"));
      assert.match([...slots][0]!, /pause.*resume/);
      assert.deepEqual(target.doubled, []);
      assert.equal(
        target.seen.size,
        sent,
        "all that was sent is in the records",
      );
    }));
}
