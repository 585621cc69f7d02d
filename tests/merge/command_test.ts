import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import type { ReportV1 } from "../../src/report/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";
import { kar } from "../cli/kar.ts";
import { START, withServer } from "../cli/served.ts";
import { withFolder } from "../daemon/support.ts";

/*
 * `kar merge` of real parts. The thresholds are such that no part keeps them
 * alone: merged totals are judged, and nothing else.
 */

const THRESHOLDS = `
thresholds:
  - 'sent >= 60'
  - 'sent <= 10 -> warn'
`;

/** Sends some of three parts, one after the other, as if at one instant. */
async function withParts(
  parts: readonly number[],
  use: (
    folder: string,
    files: readonly string[],
    whole: ReportV1,
  ) => Promise<void>,
): Promise<void> {
  await withFolder((folder) =>
    withServer(
      `--duration 2s --start ${START}`,
      async ({ system }) => {
        const config = await system.readConfigFile("kar.yaml") + THRESHOLDS;
        const run = async (...args: string[]) => {
          const own = new FakeSystem({
            args: [...system.args, ...args],
            files: { "kar.yaml": config },
            wallMs: Date.now(),
          });
          return { code: await runCli(own), own };
        };
        const { own, code } = await run("--out", "json=-");
        assert.equal(code, 0, own.stderr.text);
        const whole: ReportV1 = JSON.parse(own.stdout.text);
        const sent = await inTime(async (leadMs) => {
          const at = new Date(Date.now() + leadMs).toISOString();
          return await Promise.all(parts.map(async (part) => {
            const file = `${folder}/${leadMs}-${part}.kar`;
            const words = ["--stripe", `${part}/3`, "--at", at];
            const { own, code } = await run(...words, "--record", file);
            return { file, code, said: own.stderr.text };
          }));
        });
        for (const { code } of sent) {
          assert.equal(code, 7, "no part has sent enough");
        }
        const files = sent.map(({ file }) => file);
        await use(folder, files, whole);
      },
    )
  );
}

/** The longest that a busy machine is given to get parts ready. */
const LEAD_MS_MAX = 64_000;

/** Sends parts with more and more time to get ready, until none of them is late. */
async function inTime<Part extends { readonly said: string }>(
  send: (leadMs: number) => Promise<readonly Part[]>,
  leadMs = 2000,
): Promise<readonly Part[]> {
  const sent = await send(leadMs);
  const isLate = sent.some(({ said }) => said.includes("kar: Joined "));
  return isLate && leadMs < LEAD_MS_MAX ? await inTime(send, 2 * leadMs) : sent;
}

/** What a merged report and its holes come to, which is the plan. */
function dueOf({ due, holes = [] }: ReportV1): number {
  return holes.reduce((sum, hole) => sum + hole.due, due);
}

Deno.test("kar merge makes one run of three parts, and judges it by what they come to", () =>
  withParts([1, 2, 3], async (folder, files, whole) => {
    const record = `${folder}/all.kar`;
    const json = `${folder}/all.json`;
    const args = ["--record", record, "--out", `json=${json}`];
    const { code, out, err } = await kar(["merge", ...files, ...args]);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^Parts\n {2}1\/3, 2\/3, 3\/3 of /m);
    const report: ReportV1 = JSON.parse(await Deno.readTextFile(json));
    assert.equal(dueOf(report), whole.due);
    assert.equal(report.planId, whole.planId);
    assert.equal(report.start, START);
    assert.equal(report.parts!.length, 3);
    const { holes, warnings } = report;
    assert.deepEqual(holes, []);
    assert.equal(report.arrivalsDigest, whole.arrivalsDigest);
    assert.match(out, /nothing of the plan is missing/);
    assert.deepEqual(report.thresholds.map(({ result }) => result), [
      "pass",
      "fail",
    ]);
    assert.deepEqual(warnings.filter((line) => !line.startsWith("Part ")), []);
    // The record of it is a record like any other.
    const again = await kar(["report", record, "--out", "json=-"]);
    assert.deepEqual(JSON.parse(again.out), report);
    const there = await kar(["merge", ...files, "--record", record]);
    assert.equal(there.code, 4);
    assert.match(there.err, /all\.kar: the file is there already/);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.startsWith(".")), []);
  }));

Deno.test("kar merge without a part names its hole, and a run with thresholds is invalid", () =>
  withParts([1, 3], async (folder, files, whole) => {
    const json = `${folder}/all.json`;
    const { code, out, err } = await kar(
      ["merge", ...files, "--out", `json=${json}`],
    );
    assert.equal(code, 8);
    assert.match(err, /3\d(\.\d)?% of the plan is in no record, more than 5/);
    const report: ReportV1 = JSON.parse(await Deno.readTextFile(json));
    const [hole] = report.holes!.filter(({ why }) => why === "absent");
    assert.deepEqual([hole!.part, hole!.parts], [2, 3]);
    assert.equal(hole!.from, START);
    assert.equal(report.notConfirmed, hole!.due);
    assert.equal(dueOf(report), whole.due);
    assert.match(out, /part 2\/3 lacks \d+ requests in 2s from 2026-11-24 09:/);
    const twice = await kar(["merge", ...files, files[0]!]);
    assert.equal(twice.code, 2);
    assert.match(twice.err, /^kar: Cannot merge .* share lanes at/);
  }));
