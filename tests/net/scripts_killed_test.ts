/** What is left of scripts where kar is killed: nothing. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { until } from "../fixtures/until.ts";
import { JourneyServer } from "./journeys.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const SCRIPT = `export const steps = ["look"] as const;
export default async ({ http }: { http: (step: string, r: object) => Promise<object> }) => {
  await http("look", { path: "/" });
  for (;;);
};
`;

/** Processes that a process has started, and that have not ended. */
async function childrenOf(pid: number): Promise<number[]> {
  const all = await Array.fromAsync(Deno.readDir(`/proc/${pid}/task`))
    .catch(() => []);
  const texts = await Promise.all(
    all.map(({ name }) =>
      Deno.readTextFile(`/proc/${pid}/task/${name}/children`).catch(() => "")
    ),
  );
  return [...new Set(texts.join(" ").split(" "))]
    .filter((one) => one !== "").map(Number);
}

function isThere(pid: number): boolean {
  try {
    // A process that has ended, and that nobody has asked after, is none.
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}

Deno.test({
  name:
    "kill -9 of kar leaves no process of a script, though the script is in a loop",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using server = await JourneyServer.open(() => ({}));
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(join(folder, "loop.ts"), SCRIPT);
    const file = join(folder, "test.yaml");
    await Deno.writeTextFile(
      file,
      `journeys:
  - { name: odd, base: "${server.base}", script: loop.ts }
controller: { base_tps: 20, max_tps: 20, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
metrics: { enabled: false }
health: { enabled: false }
workers: 2
`,
    );
    const kar = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, "run", "--config", file],
      stdout: "null",
      stderr: "null",
    }).spawn();
    let children: number[] = [];
    try {
      await until("something came", () => server.seen.length > 0);
      children = await childrenOf(kar.pid);
      assert.ok(children.some(isThere), "scripts run in processes");
      kar.kill("SIGKILL");
      await kar.status;
      await until("they are gone", () => !children.some(isThere));
    } finally {
      children.filter(isThere).forEach((pid) => Deno.kill(pid, "SIGKILL"));
      await Deno.remove(folder, { recursive: true });
    }
  },
});
