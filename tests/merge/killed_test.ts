import assert from "node:assert/strict";
import { RecordReader } from "../../src/record/mod.ts";
import type { ReportV1 } from "../../src/report/mod.ts";
import { kar } from "../cli/kar.ts";
import { withFolder } from "../daemon/support.ts";
import { until } from "../fixtures/until.ts";
import { IdentityServer, PLAN_START, startPart } from "./parts.ts";

const DURATION = "6s";
/** The longest that a busy machine is given to get three runs ready. */
const LEAD_MS_MAX = 64_000;

interface KilledRun {
  readonly files: readonly string[];
  readonly seen: ReadonlyMap<string, number>;
}

/** Three parts of one run, the second of which is killed in the middle of it. */
async function killedRun(
  folder: string,
  server: IdentityServer,
  leadMs = 8000,
): Promise<KilledRun> {
  const at = new Date(Date.now() + leadMs).toISOString();
  const names = [1, 2, 3].map((part) => `${folder}/${leadMs}-${part}.kar`);
  const runs = names.map((file, i) =>
    startPart([
      ...["--config", `${folder}/plan.yaml`, "--duration", DURATION],
      ...["--stripe-index", `${i}/3`, "--at", at, "--record", file],
    ])
  );
  const [first, second, third] = runs;
  // Killed when its record tells of two seconds and more.
  await until("a record of two seconds", () => secondsIn(names[1]!) >= 2);
  second!.kill("SIGKILL");
  const said = await Promise.all(
    [first!, third!].map(async (run) => (await run.output()).stderr),
  );
  await second!.output();
  const text = said.map((bytes) => new TextDecoder().decode(bytes)).join("");
  const isLate = /Joined /.test(text);
  const seen = server.take();
  return isLate && leadMs < LEAD_MS_MAX
    ? await killedRun(folder, server, 2 * leadMs)
    : { files: names, seen };
}

function secondsIn(path: string): number {
  try {
    const reader = new RecordReader(path);
    try {
      const { from, to } = reader.extent();
      return to - from;
    } finally {
      reader.close();
    }
  } catch {
    // It is not there yet.
    return 0;
  }
}

Deno.test({
  name:
    "three parts, one of them killed with -9: no request twice, none outside the plan, and the hole is named exactly",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const server = new IdentityServer();
      try {
        await Deno.writeTextFile(`${folder}/plan.yaml`, server.config);
        const whole = startPart([
          ...["--config", `${folder}/plan.yaml`, "--duration", DURATION],
        ]);
        assert.equal((await whole.output()).code, 0);
        const plan = server.take();
        const { files, seen } = await killedRun(folder, server);
        checkUnion(plan, seen);
        const before = files.map((file) => Deno.readFileSync(file));
        const report = await mergedReport(folder, files);
        assert.deepEqual(files.map((file) => Deno.readFileSync(file)), before);
        checkHole(report, plan.size, seen.size);
      } finally {
        await server.close();
      }
    }),
});

function checkUnion(
  plan: ReadonlyMap<string, number>,
  seen: ReadonlyMap<string, number>,
): void {
  assert.ok(plan.size > 500, `${plan.size}`);
  assert.equal(Math.max(...plan.values()), 1);
  assert.equal(Math.max(...seen.values()), 1, "a request came twice");
  const outside = [...seen.keys()].filter((id) => !plan.has(id));
  assert.deepEqual(outside, [], "requests outside of the plan");
}

async function mergedReport(
  folder: string,
  files: readonly string[],
): Promise<ReportV1> {
  const { code, out, err } = await kar([
    "merge",
    ...files,
    ...["--record", `${folder}/all.kar`, "--out", "json=-"],
  ]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

function checkHole(report: ReportV1, plan: number, seen: number): void {
  assert.equal(report.start, PLAN_START);
  const [hole, ...others] = report.holes!;
  assert.deepEqual(others, []);
  assert.deepEqual([hole!.part, hole!.parts, hole!.why], [2, 3, "killed"]);
  assert.equal(report.notConfirmed, hole!.due);
  // What is recorded and what is missing is the plan, to the last request.
  assert.equal(report.due + hole!.due, plan);
  // What it had sent and not written down is in the hole; what it had written
  // down as due may not have been sent.
  const recorded = report.sent;
  assert.ok(seen >= recorded, `${seen} came of ${recorded} recorded`);
  const most = recorded + hole!.due + report.waiting;
  assert.ok(seen <= most, `${seen} came of ${most} possible`);
}
