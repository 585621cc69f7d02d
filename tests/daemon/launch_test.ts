import assert from "node:assert/strict";
import { launch } from "../../src/daemon/mod.ts";
import { envIn, withFolder } from "./support.ts";
import { until } from "../fixtures/until.ts";

/*
 * What goes wrong before a process can tell anything itself. What goes well is
 * shown with real ones, end to end.
 */

const ignore = Deno.build.os === "windows";

/** Launches a program that stands in for kar. */
async function launched(
  folder: string,
  script: string | null,
  onStopSignal?: (task: () => void) => () => void,
): Promise<void> {
  const program = `${folder}/kar`;
  if (script !== null) {
    await Deno.writeTextFile(program, `#!/bin/sh\n${script}\n`);
    await Deno.chmod(program, 0o755);
  }
  const env = envIn(folder);
  await launch({
    env: (name) => name === "KAR_SELF" ? program : env(name),
    args: ["run", "--name", "a"],
    ...(onStopSignal && { onStopSignal }),
  });
}

function leftIn(folder: string): string[] {
  return [...Deno.readDirSync(`${folder}/run/kar98k`)].map(({ name }) => name);
}

Deno.test({
  name: "launch() keeps the exit code of a process that ends without a word",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const cases = [[0, "cannotStart"], [3, "config"], [4, "cannotStart"], [
        77,
        "bug",
      ]] as const;
      for (const [code, exit] of cases) {
        await assert.rejects(launched(folder, `exit ${code}`), {
          exit,
          message:
            "kar ended before it was ready; kar run with the same flags shows why",
        });
        assert.deepEqual(leftIn(folder), []);
      }
    }),
});

Deno.test({
  name:
    "launch() hands on words and a way to answer, and nothing of its own manager's",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const told = `${folder}/told`;
      const script =
        `echo "$* [$NOTIFY_SOCKET] [$WATCHDOG_USEC] [$DENO_TOKIO_EVENT_INTERVAL]" > ${told}; exit 4`;
      await assert.rejects(launched(folder, script));
      assert.match(
        await Deno.readTextFile(told),
        /^run --name a \[.*\/run\/kar98k\/launch-\d+\] \[\] \[\d+\]\n$/,
      );
    }),
});

Deno.test({
  name: "launch() says that the program cannot be started",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await assert.rejects(launched(folder, null), {
        exit: "cannotStart",
        message: /^Cannot start .*\/kar in the background: /,
      });
      assert.deepEqual(leftIn(folder), []);
    }),
});

Deno.test({
  name: "launch() ends what it has started when it is interrupted",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const told = `${folder}/pid`;
      let interrupt = () => {};
      let isDeaf = false;
      const over = launched(
        folder,
        `echo $$ > ${told}.new; mv ${told}.new ${told}; exec sleep 60`,
        (task) => {
          interrupt = task;
          return () => isDeaf = true;
        },
      );
      let pid = NaN;
      await until("it runs", async () => {
        pid = Number(await Deno.readTextFile(told).catch(() => "NaN"));
        return pid > 0;
      });
      interrupt();
      await assert.rejects(over, {
        exit: "cancelled",
        message: "Cancelled; nothing was started",
      });
      assert.throws(() => Deno.kill(pid, "SIGCONT"));
      assert.deepEqual([leftIn(folder), isDeaf], [[], true]);
    }),
});
