import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { ToldCodec } from "../../src/cli/fleet/told/told.ts";
import { FLEET_VERSION } from "../../src/fleet/mod.ts";
import { connectBus, NatsBus } from "../../src/nats/mod.ts";
import type { ReportV1 } from "../../src/report/mod.ts";
import { NatsServer, natsServers } from "../fleet/nats_server.ts";
import { CountingServer, karOnce, KarProcess } from "./fleet_members.ts";
import { untilSec, viewer, withFleet } from "./fleet_rig.ts";
import { FrozenProxy } from "./frozen_proxy.ts";

/*
 * What is asked of a fleet, and what becomes of it: each member a process of
 * its own, on the first nats-server that is found.
 */

const [PROGRAM] = natsServers();
if (PROGRAM === undefined) console.log("skipped: no nats-server is found");
const test = PROGRAM === undefined ? Deno.test.ignore : Deno.test;

test("a threshold of all parts together ends them all, once; whoever watches ends with 10, and Prometheus sees each part", () =>
  withFleet(
    PROGRAM!,
    "thresholds: [errors < 20% over 5s -> stop]\n",
    async (rig) => {
      const { member, target, url } = rig;
      const members = [member(1), member(2), member(3)];
      const watched = viewer(rig);
      await untilSec(rig, 4);
      const at = await watched.until(/Metrics on (\S+)/);
      const metrics = await fetch(
        `http://${at.replace(/^[^:]*:/, "127.0.0.1:")}`,
      );
      const text = await metrics.text();
      for (const part of [1, 2, 3]) {
        assert.match(
          text,
          new RegExp(`^kar98k_part_up\\{part="${part}"\\} 1$`, "m"),
        );
        assert.match(
          text,
          new RegExp(`^kar98k_part_sent_total\\{part="${part}"\\} \\d+$`, "m"),
        );
      }
      target.status = 500;
      const codes = await Promise.all(members.map(({ code }) => code));
      for (const [i, code] of codes.entries()) {
        assert.ok([0, 8].includes(code), await members[i]!.err);
        assert.match(
          await members[i]!.err,
          /Fleet: ends at \S+Z: errors < 20%/,
        );
      }
      assert.equal(await watched.code, 10, await watched.err);
      const status = await karOnce("fleet", "status", url, "--json");
      assert.equal(JSON.parse(status.out).changes, 1, "it was asked for once");
      const report: ReportV1 = JSON.parse(
        await Deno.readTextFile(`${rig.folder}/all.json`),
      );
      assert.equal(report.verdict.stoppedBy, "errors < 20% over 5s -> stop");
      assert.deepEqual(target.doubled, []);
      const records = [1, 2, 3].map((part) => `${rig.folder}/${part}.kar`);
      assert.equal((await karOnce("merge", ...records)).code, 10);
    },
  ));

const TOKEN = "only-for-this-test";
const HELD = `
fleet: { on_bus_loss: hold }
ui: { control: true, token: ${TOKEN}, address: "127.0.0.1:0" }
`;

/** Asks the page of a member for a change that changes nothing. */
async function askPage(page: string): Promise<string> {
  const answer = await fetch(new URL("control", page), {
    method: "POST",
    headers: {
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ action: "scale", value: 1 }),
  });
  return await answer.text();
}

test("a member whose connection stands still sends nothing that it cannot vouch for, and is named as not confirmed", () =>
  withFleet(PROGRAM!, HELD, async (rig) => {
    const { member, target, url, nats, config } = rig;
    const proxy = new FrozenProxy(nats.port);
    const far = url.replace(/:\d+/, `:${proxy.port}`);
    try {
      // The other one is to come later, whatever the machine does.
      const first = member(1, "--ui");
      await first.until(/Opened the run/);
      const members = [
        first,
        new KarProcess(
          ...["run", "--config", config, "--fleet", far, "--stripe", "2/3"],
          ...["--at", "+1h", "--node", "n2", "--record", `${rig.folder}/2.kar`],
        ),
        member(3),
      ];
      await untilSec(rig, 4);
      proxy.freeze();
      await pause(3000);
      const spiked = await karOnce("spike", "--fleet", url, "--factor", "2");
      assert.match(
        spiked.out,
        /^blue: spike(d|s)? .*from \S+Z; not confirmed by part 2 \(n2\)\n$/,
      );
      assert.match(
        await askPage(await first.until(/Page on (\S+)/)),
        /^Holds from \S+Z; not confirmed by part 2 \(n2\)\n?$/,
      );
      await untilSec(rig, 16);
      proxy.thaw();
      let sent = 0;
      let missed = 0;
      for (const [i, one] of members.entries()) {
        assert.ok([0, 8].includes(await one.code), await one.err);
        const { out } = await karOnce(
          ...["report", `${rig.folder}/${i + 1}.kar`, "--out", "json=-"],
        );
        const report: ReportV1 = JSON.parse(out);
        sent += report.sent;
        if (i === 1) missed = report.due - report.sent;
      }
      assert.match(await members[1]!.err, /--at is ignored: the run begins at/);
      assert.deepEqual(target.doubled, []);
      assert.equal(target.seen.size, sent, "the records know of each request");
      assert.ok(missed > 0, "what it could not vouch for is missed");
      const records = [1, 2, 3].map((part) => `${rig.folder}/${part}.kar`);
      const merged = await karOnce("merge", ...records, "--out", "json=-");
      const report: ReportV1 = JSON.parse(merged.out);
      assert.equal(report.sent, sent);
      assert.equal(report.holes?.length ?? 0, 0, merged.out.slice(0, 2000));
    } finally {
      proxy.close();
    }
  }));

test("a viewer's exit code is the run's: 0, 7, 9; and a run of another kar is refused with 4", async () => {
  const nats = await NatsServer.start(PROGRAM!);
  const target = new CountingServer();
  const folder = await Deno.makeTempDir({ prefix: "kar-fleet-" });
  const rows = [
    { name: "passes", threshold: "errors < 20%", code: 0 },
    { name: "fails", threshold: "errors > 20%", code: 7 },
    { name: "unknown", threshold: "response.p99{phase=spike} < 1s", code: 9 },
  ];
  try {
    for (const { name, threshold, code } of rows) {
      const config = `${folder}/${name}.yaml`;
      await Deno.writeTextFile(
        config,
        `
controller: { base_tps: 20, max_tps: 90, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false } }
metrics: { enabled: false }
health: { enabled: false }
tolerate: 100%
thresholds: ["${threshold}"]
targets: [{ name: api, url: "${target.url}" }]
`,
      );
      const url = `nats://127.0.0.1:${nats.port}/${name}`;
      const member = new KarProcess(
        ...["run", "--config", config, "--fleet", url, "--stripe", "1/1"],
        ...["--at", "+6s", "--duration", "5s"],
      );
      const watched = new KarProcess("watch", url);
      assert.equal(await watched.code, code, await watched.err);
      assert.equal(await member.code, 0, await member.err);
    }
    const none = `nats://127.0.0.1:${nats.port}/none`;
    for (
      const args of [["join", none, "--stripe", "1/1"], ["watch", none]]
    ) {
      const { code, err } = await karOnce(...args, "--wait", "2s");
      assert.equal(code, 5, err);
      assert.match(err, /Nobody has opened the run "none" yet; waiting for it/);
      assert.match(err, /No run "none" is open at/);
    }
    assert.equal((await karOnce("fleet", "status", none)).code, 5);
    await openedByAnother(nats);
    const other = `nats://127.0.0.1:${nats.port}/other`;
    const joined = await karOnce("join", other, "--stripe", "1/1");
    assert.equal(joined.code, 4);
    assert.match(
      joined.err,
      /was opened by kar 0\.0\.1, and this is kar \S+: all members must be of one version/,
    );
  } finally {
    await target.close();
    await nats.close();
    await Deno.remove(folder, { recursive: true });
  }
});

/** Opens a run as a kar of another version does. */
async function openedByAnother({ port }: NatsServer): Promise<void> {
  const run = "other";
  const address = { host: "127.0.0.1", port, isTls: false, run };
  const nc = await connectBus(address, {}, "test");
  const bus = await NatsBus.open(nc, {
    run,
    codec: new ToldCodec(),
    isToOpen: true,
  });
  const plan = await bus.putPlan("{}");
  await bus.openRun({
    ...{ version: FLEET_VERSION, id: "r", kar: "0.0.1", plan, parts: 1 },
    ...{ fireMs: Date.now() + 60_000, fireSlot: 1, durationMs: null },
  });
  await bus.close();
}
