import assert from "node:assert/strict";
import type { KarError } from "../../src/base/mod.ts";
import { FleetAsking } from "../../src/cli/fleet/asking.ts";
import { PlanChain } from "../../src/cli/fleet/plan/plan_chain.ts";
import { planText, readPlan } from "../../src/cli/fleet/plan/plan_text.ts";
import { openRow, openSession } from "../../src/cli/fleet/session.ts";
import { ToldCodec } from "../../src/cli/fleet/told/told.ts";
import { loadPlan } from "../../src/cli/load_plan.ts";
import { realSystem } from "../../src/cli/real_system.ts";
import { Heard } from "../../src/cli/watch/heard.ts";
import {
  commonEvents,
  countingEvents,
  Dues,
  endSlotOf,
} from "../../src/fleet/mod.ts";
import { connectBus, NatsBus } from "../../src/nats/mod.ts";
import type { ReportV1 } from "../../src/report/mod.ts";
import { natsServers } from "../fleet/nats_server.ts";
import { karOnce, KarProcess } from "./fleet_members.ts";
import { type FleetRig, untilSec, viewer, withFleet } from "./fleet_rig.ts";

/*
 * Another plan for all parts at one slot, and all parts seen from one of them:
 * each member a process of its own, on the first nats-server that is found.
 */

const [PROGRAM] = natsServers();
if (PROGRAM === undefined) console.log("skipped: no nats-server is found");
const test = PROGRAM === undefined ? Deno.test.ignore : Deno.test;

/** Writes another config beside the first: a higher rate, and one more target. */
async function changedConfig(
  { config, folder, target }: FleetRig,
  keys = "",
): Promise<string> {
  const path = `${folder}/changed.yaml`;
  const text = (await Deno.readTextFile(config))
    .replace("base_tps: 90", "base_tps: 180")
    .replace(
      "targets:\n",
      `targets:
  - name: more
    url: ${target.url}more
    headers: { x-id: "{{uuid}}" }
`,
    );
  await Deno.writeTextFile(path, text + keys);
  return path;
}

/** All arrivals of all plans that the run had, made by the functions that send. */
async function plannedOf({ nats }: FleetRig): Promise<number> {
  const address = {
    ...{ host: "127.0.0.1", port: nats.port, isTls: false, run: "blue" },
  };
  const nc = await connectBus(address, {}, "test");
  const codec = new ToldCodec();
  const bus = await NatsBus.open(nc, { run: "blue", codec, isToOpen: false });
  try {
    const row = (await bus.readRun())!;
    const { events: all } = await bus.look(null, 0);
    const plans = new PlanChain(bus, readPlan(await bus.getPlan(row.plan)));
    await plans.follow(row, all);
    const { first: plan, later } = plans;
    const run = { plan, later, row, events: all };
    const events = commonEvents(run);
    const to = endSlotOf(row, countingEvents(row, all));
    const span = { from: row.fireSlot, to };
    return Array.from({ length: row.parts }, (_, i) => i + 1).reduce(
      (sum, part) =>
        sum + new Dues().due({ ...run, events }, { part, ...span }),
      0,
    );
  } finally {
    await bus.close();
  }
}

const REFUSED =
  /^Cannot reload: part \d \(n\d\) cannot send it: .*users\.csv differs here from the plan's/;

/** Asks all parts, as an operator does. */
async function asked<T>(
  { nats }: FleetRig,
  question: (asking: FleetAsking) => Promise<T>,
): Promise<T> {
  const address = {
    ...{ host: "127.0.0.1", port: nats.port, isTls: false, run: "blue" },
  };
  const session = await openSession(realSystem(), {
    ...{ address, name: "test", isToOpen: false, tell: () => {} },
  });
  const row = await openRow(session);
  const heard = new Heard(session, row);
  try {
    await heard.read();
    return await question(
      new FleetAsking(session, { row, who: "test", heard }),
    );
  } finally {
    heard.close();
    await session.bus.close();
  }
}

async function reportAt(...args: readonly string[]): Promise<ReportV1> {
  const { out, err } = await karOnce("report", ...args, "--out", "json=-");
  assert.notEqual(out, "", err);
  return JSON.parse(out);
}

test("another plan holds from one slot for all parts, also for one that was killed and comes back, and for none where one cannot send it", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, target, url, folder } = rig;
    const members = [member(1), member(2), member(3)];
    const watched = viewer(rig);
    await untilSec(rig, 3);
    const bad = await changedConfig(
      rig,
      `data: { users: { values: [{ key: "\${FLEET_ONLY_HERE}" }] } }\n`,
    );
    const refused = await karOnce("reload", "--fleet", url, "--config", bad);
    assert.notEqual(refused.code, 0);
    await untilSec(rig, 5);
    const config = await changedConfig(rig);
    const good = await karOnce("reload", "--fleet", url, "--config", config);
    assert.match(good.out, /^blue: reloaded from \S+Z\n$/, good.err);
    assert.equal(good.code, 0);
    await untilSec(rig, 14);
    members[1]!.signal("SIGKILL");
    await untilSec(rig, 17);
    // It has the new file, as it would on a machine where that was put in place.
    members[1] = new KarProcess(
      ...["run", "--config", config, "--fleet", url, "--stripe", "2/3"],
      ...["--node", "n2", "--record", `${folder}/2.kar`],
    );
    for (const [i, one] of members.entries()) {
      assert.ok([0, 8].includes(await one.code), `${i + 1}: ${await one.err}`);
      // The second one began behind it.
      if (i !== 1) assert.match(await one.err, /Fleet: plan from/);
    }
    await watched.code;
    assert.deepEqual(target.doubled, []);
    const all: ReportV1 = JSON.parse(
      await Deno.readTextFile(`${folder}/all.json`),
    );
    const holes = (all.holes ?? []).reduce((sum, { due }) => sum + due, 0);
    assert.equal(all.due + holes, await plannedOf(rig));
    assert.ok(
      all.targets.some(({ name, sent }) => name === "more" && sent > 100),
    );
    let sent = 0;
    for (const part of [1, 2, 3]) {
      sent += (await reportAt(`${folder}/${part}.kar`)).sent;
    }
    // What a member sent in its last moment before it was killed, its record may not have.
    assert.ok(target.seen.size >= sent, `${target.seen.size} ${sent}`);
    assert.ok(target.seen.size - sent < 400);
  }));

test("a part that cannot send another plan is named with its reason, and the old plan goes on for all", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, folder, url, target } = rig;
    const members = [member(1), member(2), member(3)];
    await untilSec(rig, 3);
    const data = `${folder}/users.csv`;
    await Deno.writeTextFile(data, "name\nann\nbob\n");
    const config = await changedConfig(rig);
    const text = await Deno.readTextFile(config);
    await Deno.writeTextFile(
      config,
      `data: { users: { file: ${data} } }\n${
        text.replace(`${target.url}more`, `${target.url}{{users.name}}`)
      }`,
    );
    const system = realSystem();
    const { plan } = await loadPlan(system, { config, drawnSeed: 1 });
    // From here on the members have another file than the plan's.
    await Deno.writeTextFile(data, "name\nann\neve\n");
    await assert.rejects(
      asked(rig, (asking) => asking.reload(planText(plan))),
      (error: KarError) => {
        assert.equal(error.exit, "config");
        assert.match(error.message, REFUSED);
        assert.match(error.message, /The old plan goes on for all$/);
        return true;
      },
    );
    const events = JSON.parse(
      (await karOnce("fleet", "status", url, "--json")).out,
    );
    assert.equal(events.changes, 1, "it was offered, and not asked for");
    for (const one of members) one.signal("SIGINT");
    for (const one of members) {
      await one.code;
      assert.doesNotMatch(await one.err, /Fleet: plan from/);
    }
  }));

test("any member shows all parts: status, metrics, and a record of all", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, folder, url, target } = rig;
    const name = `fleet-${crypto.randomUUID().slice(0, 8)}`;
    const all = `${folder}/seen.kar`;
    const members = [
      new KarProcess(
        ...["join", url, "--stripe", "1/3", "--node", "n1", "--wait", "60s"],
        ...["--record", `${folder}/1.kar`, "--record-all", all],
      ),
      member(2, "--name", name),
      member(3),
    ];
    const at = await members[0]!.until(/Metrics on (\S+)/);
    await untilSec(rig, 6);
    const status = async (...more: readonly string[]) =>
      JSON.parse(
        (await karOnce("status", "--name", name, "--json", ...more)).out,
      );
    const whole = await status();
    const own = await status("--part");
    assert.deepEqual(whole.parts.map(({ part, up }: Part) => [part, up]), [
      ...[[1, true], [2, true], [3, true]],
    ]);
    assert.equal(whole.part, 2);
    assert.deepEqual(own.parts, []);
    assert.ok(whole.sent > 2 * own.sent, `${whole.sent} ${own.sent}`);
    const paused = await karOnce("pause", "--name", name);
    assert.match(paused.out, /: paused from \S+Z\n$/);
    const host = `http://${at.replace(/^[^:]*:/, "127.0.0.1:")}`;
    const metrics = async (path: string) =>
      await (await fetch(`${host}${path}`)).text();
    const sum = await metrics("");
    assert.match(sum, /^kar98k_part_up\{part="3"\} 1$/m);
    assert.doesNotMatch(await metrics("/part"), /kar98k_part_up/);
    await karOnce("resume", "--fleet", url);
    for (const one of members) {
      assert.ok([0, 8].includes(await one.code), await one.err);
    }
    assert.deepEqual(target.doubled, []);
    const seen = await reportAt(all);
    assert.equal(seen.due, await plannedOf(rig));
    assert.equal(seen.sent, target.seen.size);
    assert.deepEqual(seen.holes ?? [], []);
  }));

interface Part {
  readonly part: number;
  readonly up: boolean;
}
