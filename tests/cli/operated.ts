import { runCli } from "../../src/cli/mod.ts";
import { envIn, withFolder } from "../daemon/support.ts";
import { until } from "../fixtures/until.ts";
import { FakeSystem } from "./fake_system.ts";
import { kar, type Used } from "./kar.ts";

/*
 * The real engine in the test's own process, for commands that operate it.
 */

/** A target that refuses: nobody needs an answer here. */
export const CONFIG = `targets: [{ name: api, url: "http://127.0.0.1:1/" }]
controller: { base_tps: 50, max_tps: 200, ramp_up_duration: 0s, shutdown_timeout: 2s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
# A busy machine must not turn requests into missed ones here.
limits: { max_lateness: 10s }
health: { enabled: false }
metrics: { enabled: false }
`;

/** Values for a fake process whose folders are the test's own. */
export function environment(folder: string): Record<string, string> {
  const env = envIn(folder);
  return Object.fromEntries(
    ["XDG_RUNTIME_DIR", "XDG_STATE_HOME"].map((name) => [name, env(name)!]),
  );
}

/** A run that goes on beside a test. */
export interface Stage {
  readonly folder: string;
  readonly system: FakeSystem;
  readonly files: Record<string, string>;
  readonly use: (...args: string[]) => Promise<Used>;
}

/** Runs kar beside the test until it is told to stop. */
export async function withRun(
  words: readonly string[],
  test: (stage: Stage) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const env = environment(folder);
    const files = { "kar.yaml": CONFIG };
    const args = ["run", "-c", "kar.yaml", ...words];
    const system = new FakeSystem({ args, env, files });
    const use = (...args: string[]) => kar(args, { env, files });
    const ended = runCli(system);
    try {
      await until(
        "it can be operated",
        async () => (await use("status")).code === 0,
      );
      await test({ folder, system, files, use });
    } finally {
      system.interrupt();
      await ended;
    }
  });
}
