import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { ReportV1 } from "../../src/report/mod.ts";
import { natsServers } from "../fleet/nats_server.ts";
import { karOnce, KarProcess } from "./fleet_members.ts";
import { untilSec, viewer, withFleet } from "./fleet_rig.ts";
import { FrozenProxy } from "./frozen_proxy.ts";

/* A member that is cut off its bus and goes on: what a merge says of it. */

const [PROGRAM] = natsServers();
if (PROGRAM === undefined) console.log("skipped: no nats-server is found");
const test = PROGRAM === undefined ? Deno.test.ignore : Deno.test;

test("a member that is cut off while another of its name begins: what both have sent is named, to the last request", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, target, url, nats, config, folder } = rig;
    const proxy = new FrozenProxy(nats.port);
    const far = url.replace(/:\d+/, `:${proxy.port}`);
    try {
      const first = member(1);
      await first.until(/Opened the run/);
      const second = (url: string, file: string) =>
        new KarProcess(
          ...["run", "--config", config, "--fleet", url, "--stripe", "2/3"],
          ...["--node", "n2", "--record", `${folder}/${file}`],
        );
      const members = [first, second(far, "2.kar"), member(3)];
      await untilSec(rig, 4);
      proxy.freeze();
      await pause(3000);
      members.push(second(url, "2b.kar"));
      await untilSec(rig, 18);
      proxy.thaw();
      assert.equal(await members[1]!.code, 4);
      assert.match(await members[1]!.err, /"n2" on \S+ has taken it/);
      for (const i of [0, 2, 3]) {
        assert.ok([0, 8].includes(await members[i]!.code));
      }
      const files = ["1.kar", "2.kar", "2b.kar", "3.kar"];
      const merged = await karOnce(
        ...["merge", ...files.map((name) => `${folder}/${name}`)],
        ...["--out", "json=-", "--record", `${folder}/all.kar`],
      );
      const report: ReportV1 = JSON.parse(merged.out);
      const due = (all: readonly { readonly due: number }[] = []) =>
        all.reduce((sum, { due }) => sum + due, 0);
      const told = await karOnce("report", `${folder}/all.kar`);
      assert.match(told.out, /part 2\/3 was sent by/);
      const seen = [...target.seen.values()].reduce((a, b) => a + b, 0);
      assert.equal(report.sent, seen, "each is in a record");
      // What was too late was due twice, too, and sent once or never.
      const missed = report.due - report.sent;
      const twice = target.doubled.length;
      assert.ok(twice > 100, `${twice} came twice`);
      assert.ok(due(report.doubled) >= twice);
      assert.ok(due(report.doubled) - twice <= missed + due(report.holes));
    } finally {
      proxy.close();
    }
  }));

test("a change that a member took late stands in its report, and in the merged one", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, target, url, nats, config, folder } = rig;
    const proxy = new FrozenProxy(nats.port);
    const far = url.replace(/:\d+/, `:${proxy.port}`);
    try {
      const first = member(1);
      await first.until(/Opened the run/);
      const cut = new KarProcess(
        ...["run", "--config", config, "--fleet", far, "--stripe", "2/3"],
        ...["--node", "n2", "--record", `${folder}/2.kar`],
      );
      const members = [first, cut, member(3)];
      await untilSec(rig, 4);
      proxy.freeze();
      await pause(3000);
      const paused = await karOnce("pause", "--fleet", url);
      assert.match(paused.out, /; not confirmed by part 2 \(n2\)\n$/);
      proxy.thaw();
      await cut.until(/Change 1 was taken [\d.]+ s late/);
      assert.equal((await karOnce("resume", "--fleet", url)).code, 0);
      for (const one of members) assert.ok([0, 8].includes(await one.code));
      assert.equal((await cut.err).split("was taken").length, 2, "said once");
      assert.match(await cut.out, /- Change 1 was taken [\d.]+ s late/);
      const files = [1, 2, 3].map((part) => `${folder}/${part}.kar`);
      const merged = await karOnce("merge", ...files, "--out", "json=-");
      const { warnings }: ReportV1 = JSON.parse(merged.out);
      const late = warnings.filter((line) => line.includes("was taken"));
      assert.equal(late.length, 1, warnings.join("\n"));
      assert.match(late[0]!, /^Part 2\/3: Change 1 was taken [\d.]+ s late/);
      assert.deepEqual(target.doubled, []);
    } finally {
      proxy.close();
    }
  }));

test("a member that stands still while another of its name begins sends nothing twice, and its record ends where it stood", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, target, url, config, folder } = rig;
    const members = [member(1), member(2), member(3)];
    const watched = viewer(rig);
    await untilSec(rig, 6);
    members[1]!.signal("SIGSTOP");
    await pause(1000);
    const successor = new KarProcess(
      ...["run", "--config", config, "--fleet", url, "--stripe", "2/3"],
      ...["--node", "n2", "--record", `${folder}/2b.kar`],
    );
    await untilSec(rig, 18);
    members[1]!.signal("SIGCONT");
    assert.equal(await members[1]!.code, 4);
    for (const one of [members[0]!, members[2]!, successor]) {
      assert.ok([0, 8].includes(await one.code), await one.err);
    }
    await watched.code;
    const files = ["1.kar", "2.kar", "2b.kar", "3.kar"];
    const merged = await karOnce(
      ...["merge", ...files.map((name) => `${folder}/${name}`)],
      ...["--out", "json=-"],
    );
    const report: ReportV1 = JSON.parse(merged.out);
    const seen: ReportV1 = JSON.parse(
      await Deno.readTextFile(`${folder}/all.json`),
    );
    assert.deepEqual(target.doubled, []);
    assert.deepEqual(report.doubled ?? [], []);
    assert.equal(report.sent, target.seen.size);
    const planOf = ({ due, holes = [] }: ReportV1) =>
      holes.reduce((sum, { due }) => sum + due, due);
    assert.equal(planOf(report), planOf(seen));
  }));

test("a stop that a member hears of late is a warning of its report, and of the merged one", () =>
  withFleet(PROGRAM!, "", async (rig) => {
    const { member, url, nats, config, folder } = rig;
    const proxy = new FrozenProxy(nats.port);
    const far = url.replace(/:\d+/, `:${proxy.port}`);
    try {
      const cut = new KarProcess(
        ...["run", "--config", config, "--fleet", far, "--stripe", "2/3"],
        ...["--node", "n2", "--record", `${folder}/2.kar`],
      );
      const members = [member(1), cut, member(3)];
      await untilSec(rig, 4);
      proxy.freeze();
      await pause(3000);
      const stopped = await karOnce("stop", "--fleet", url);
      assert.match(stopped.out, /; not confirmed by part 2 \(n2\)\n$/);
      proxy.thaw();
      for (const one of members) assert.ok([0, 8].includes(await one.code));
      assert.match(await cut.out, /- Change 1 was taken [\d.]+ s late/);
      const files = [1, 2, 3].map((part) => `${folder}/${part}.kar`);
      const merged = await karOnce("merge", ...files, "--out", "json=-");
      const { warnings, holes = [] }: ReportV1 = JSON.parse(merged.out);
      const late = warnings.filter((line) => line.includes("was taken"));
      assert.equal(late.length, 1, warnings.join("\n"));
      assert.match(late[0]!, /^Part 2\/3: Change 1 was taken [\d.]+ s late/);
      const missing = holes.map(({ part, why }) => [part, why]);
      assert.deepEqual(missing, [[1, "stopped"], [3, "stopped"]]);
    } finally {
      proxy.close();
    }
  }));
