import assert from "node:assert/strict";
import { until } from "../fixtures/until.ts";
import { withFolder } from "../daemon/support.ts";
import { kar } from "./kar.ts";
import { CONFIG, environment } from "./operated.ts";

const DAEMON = new URL("../../src/daemon/mod.ts", import.meta.url).href;
const SETTINGS = new URL("../../deno.json", import.meta.url).pathname;

function pidFile(folder: string): string {
  return `${folder}/pid`;
}

/** Waits until a process that this one has started is gone, and known to be. */
async function gone(pid: number): Promise<void> {
  await until("the process is gone", () => {
    try {
      Deno.kill(pid, "SIGCONT");
      return false;
    } catch {
      return true;
    }
  });
}

/** A program that is ready and over at once, in the place of kar. */
async function shortLived(folder: string): Promise<string> {
  const program = `${folder}/kar`;
  const script = `${folder}/ready.ts`;
  await Deno.writeTextFile(
    script,
    `import { openNotifier } from ${JSON.stringify(DAEMON)};
await Deno.writeTextFile(${JSON.stringify(pidFile(folder))}, String(Deno.pid));
await openNotifier((name) => Deno.env.get(name)).send("READY=1");
const isHeard = () => Deno.stat(Deno.env.get("NOTIFY_SOCKET")!).then(() => false, () => true);
while (!await isHeard()) await new Promise((resolve) => setTimeout(resolve, 10));
Deno.exit(0);
`,
  );
  const words = `run -A --quiet --no-check --config '${SETTINGS}'`;
  await Deno.writeTextFile(
    program,
    `#!/bin/sh\nexec '${Deno.execPath()}' ${words} '${script}'\n`,
    { mode: 0o755 },
  );
  return program;
}

Deno.test({
  name:
    "kar start --daemon says of a run that has ended already where its log is",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const env = {
        ...environment(folder),
        KAR_SELF: await shortLived(folder),
      };
      const { code, out, err } = await kar(
        ["start", "--daemon", "--config", "kar.yaml", "--name", "a"],
        { env, files: { "kar.yaml": CONFIG } },
      );
      assert.deepEqual([code, err], [0, ""]);
      assert.equal(out, "a: ended already\n  kar logs --name a shows how\n");
      await gone(Number(await Deno.readTextFile(pidFile(folder))));
    }),
});
