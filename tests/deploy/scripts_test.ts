import assert from "node:assert/strict";
import { until } from "../fixtures/until.ts";
import { hasProgram } from "../packaging/programs.ts";
import { keptObjects, podOf, type Release } from "./chart.ts";

/*
 * What the shell of a pod does, with a kar in its place that writes down how it
 * was called. /records and /tmp are folders of the test.
 */

const ignore = !hasProgram("bash");

/** Ends with $CODE, at once or when it is told to. */
const FAKE_KAR = `#!/usr/bin/env bash
if [ -n "$WAITS" ]; then
  trap 'kill $!; exit 0' TERM
  sleep 20 &
fi
echo "$*" >> "$CALLS"
[ -z "$WAITS" ] || wait
touch "\${@: -1}"
exit "$CODE"
`;

interface Pod {
  readonly folder: string;
  readonly calls: () => string[];
  start(env?: Record<string, string>): Deno.ChildProcess;
}

/** Gives a pod of a release to a test, and takes its folder away afterwards. */
async function withPod(
  release: Release,
  use: (pod: Pod) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/kar`, FAKE_KAR, { mode: 0o755 });
  await Deno.writeTextFile(`${folder}/calls`, "");
  const [, flag, script, name] = podOf(keptObjects(release)).spec.containers[0]
    .command;
  const here = script.replaceAll("/records", `${folder}/records`);
  await Deno.mkdir(`${folder}/records`);
  try {
    await use({
      folder,
      calls: () => Deno.readTextFileSync(`${folder}/calls`).trim().split("\n"),
      start: (env = {}) =>
        new Deno.Command("bash", {
          args: [flag, here, name, "run", "--config=x y"],
          env: {
            PATH: `${folder}:${Deno.env.get("PATH")}`,
            ...{ KAR_PART: "2", KAR_KEEP_SECONDS: "20", WAITS: "", CODE: "0" },
            ...{ CALLS: `${folder}/calls`, ...env },
          },
          stdout: "null",
          stderr: "null",
        }).spawn(),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

Deno.test({
  name: "a part that is started again keeps another record",
  ignore,
  fn: () =>
    withPod("service", async ({ folder, calls, start }) => {
      for (let i = 0; i < 3; i++) await start().status;
      assert.deepEqual(
        calls(),
        [0, 1, 2].map((n) =>
          `run --config=x y --record ${folder}/records/parts/part-2.${n}.kar`
        ),
      );
    }),
});

Deno.test({
  name: "a member of a fleet that is started again goes on with its record",
  ignore,
  fn: () =>
    withPod("fleet", async ({ calls, start }) => {
      for (let i = 0; i < 2; i++) await start().status;
      const [first, second] = calls();
      assert.match(first!, /part-2\.0\.kar$/);
      assert.equal(second, first);
    }),
});

Deno.test({
  name: "a service ends with kar's code, and by the signal that it gets",
  ignore,
  fn: () =>
    withPod("service", async ({ calls, start }) => {
      assert.equal((await start({ CODE: "4" }).status).code, 4);
      const process = start({ WAITS: "yes" });
      await until("it is called", () => calls().length === 2);
      process.kill("SIGTERM");
      assert.equal((await process.status).code, 0);
    }),
});

for (const code of [1, 2, 3, 4, 137]) {
  Deno.test({
    name: `a job's pod ends with ${code} at once`,
    ignore,
    fn: () =>
      withPod("job", async ({ start }) => {
        // It would wait longer than a test may take.
        const env = { CODE: String(code), KAR_KEEP_SECONDS: "86400" };
        assert.equal((await start(env).status).code, code);
      }),
  });
}

for (const code of [0, 7, 10]) {
  Deno.test({
    name:
      `a job's pod that has ended with ${code} waits for its record to be taken`,
    ignore,
    fn: () =>
      withPod("job", async ({ folder, start }) => {
        const env = { CODE: String(code), KAR_KEEP_SECONDS: "86400" };
        const process = start(env);
        await until("it has ended", () => isThere(`${folder}/records/ended`));
        assert.ok(isThere(`${folder}/records/parts/part-2.0.kar`));
        await until("its code is told", () =>
          Deno.readTextFileSync(`${folder}/records/ended`) === `${code}\n`);
        await Deno.writeTextFile(`${folder}/records/taken`, "");
        assert.equal((await process.status).code, code);
      }),
  });
}

Deno.test({
  name: "a job's pod waits no longer than it may",
  ignore,
  fn: () =>
    withPod("job", async ({ start }) => {
      const env = { CODE: "7", KAR_KEEP_SECONDS: "0" };
      assert.equal((await start(env).status).code, 7);
    }),
});

Deno.test({
  name: "a job's pod that is ended tells kar, and waits for nobody",
  ignore,
  fn: () =>
    withPod("job", async ({ folder, calls, start }) => {
      const process = start({ WAITS: "yes", KAR_KEEP_SECONDS: "86400" });
      await until("it is called", () => calls()[0] !== "");
      process.kill("SIGTERM");
      assert.equal((await process.status).code, 0);
      assert.ok(isThere(`${folder}/records/ended`));
    }),
});

Deno.test({
  name: "a pod that only holds its records ends when it is told to",
  ignore,
  fn: () =>
    withPod("collect", async ({ folder, calls, start }) => {
      const sleep = '#!/usr/bin/env bash\necho "$*" >> "$CALLS"\n';
      await Deno.writeTextFile(
        `${folder}/sleep`,
        `${sleep}exec /bin/sleep 5\n`,
        {
          mode: 0o755,
        },
      );
      const process = start();
      // The trap is set before this is called.
      await until("it sleeps", () => calls()[0] === "infinity");
      process.kill("SIGTERM");
      assert.equal((await process.status).code, 0);
    }),
});
