import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { type Listed, statusListText } from "../../src/cli/text/status_list.ts";
import { statusOf } from "../../src/daemon/serve/status.ts";
import { until } from "../fixtures/until.ts";
import { firingFixture } from "../fixtures/snapshot.ts";
import { FakeSystem } from "./fake_system.ts";
import { environment, type Stage, withRun } from "./operated.ts";

const ignore = Deno.build.os === "windows";
const LOOK = { color: "none", unicode: true, width: 80 } as const;
const ABOUT = { version: "0", pid: 1, config: "kar.yaml", logFile: "" };

function known(
  name: string,
  overrides: Parameters<typeof firingFixture>[0] = {},
): Listed {
  const status = statusOf(firingFixture(overrides), { ...ABOUT, name }, []);
  return { name, kind: "known", status };
}

Deno.test("statusListText() has a line for each run, with those that do not answer", () => {
  const text = statusListText([
    known("soak"),
    known("nightly-checkout", { state: "paused", plannedRate: 0 }),
    { name: "stuck", kind: "silent", why: "nothing came within 3 s" },
  ], LOOK);
  const [head, ...rows] = text.split("\n");
  assert.match(head!, /^run +state +time +sent\/s +planned +sent +failed/);
  assert.match(
    rows[0]!,
    /^soak +firing +00:02:00 +236\/s +242\/s +12\.6k +\d+ +16 +412ms$/,
  );
  assert.match(rows[1]!, /^nightly\S* +paused/);
  assert.match(rows[2]!, /^stuck +no answer$/);
  assert.match(text, /\nkar status --name NAME shows one of them\n$/);
});

Deno.test("statusListText() never passes the edge", () => {
  const runs = [known("x".repeat(60)), known("a")];
  for (const width of [40, 80, 200]) {
    const text = statusListText(runs, { ...LOOK, unicode: false, width });
    for (const line of text.split("\n")) assert.ok(line.length <= width, line);
  }
});

/** One more run beside that of a stage. */
async function withSecond(
  { folder, files, use }: Stage,
  test: () => Promise<void>,
): Promise<void> {
  const args = ["run", "-c", "kar.yaml", "--name", "b", "--armed"];
  const system = new FakeSystem({ args, env: environment(folder), files });
  const ended = runCli(system);
  try {
    await until(
      "the second can be asked",
      async () => (await use("status", "--name", "b")).code === 0,
    );
    await test();
  } finally {
    system.interrupt();
    await ended;
  }
}

Deno.test({
  name:
    "kar status lists several runs in a table, and tells of one by its name",
  ignore,
  fn: () =>
    withRun(["--name", "a"], (stage) =>
      withSecond(stage, async () => {
        const { code, out } = await stage.use("status");
        assert.equal(code, 0);
        const [head, ...rows] = out.split("\n");
        assert.match(head!, /^run +state +time /);
        assert.match(rows[0]!, /^a +firing +00:00:\d\d /);
        assert.match(rows[1]!, /^b +armed +00:00:\d\d /);
        assert.match(
          (await stage.use("status", "--name", "b")).out,
          /^b {2}armed/,
        );
        const json = JSON.parse((await stage.use("status", "--json")).out);
        assert.deepEqual(
          json.map(({ name, state }: { name: string; state: string }) => [
            name,
            state,
          ]),
          [["a", "firing"], ["b", "armed"]],
        );
      })),
});
