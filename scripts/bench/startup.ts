import { fileURLToPath } from "node:url";
import { median, timed } from "./process.ts";
import { atMost, type Bench } from "./rows.ts";

const ROUNDS = 7;
const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** From the call to `kar version`'s end, and to the first request of `kar run`. */
export const STARTUP: Bench = {
  name: "startup",
  run: async ({ pinned, say }) => {
    say("start-up");
    const version: number[] = [];
    const first: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const command = [Deno.execPath(), "run", "-A", MAIN, "version"];
      version.push((await timed(command, pinned)).wallSec * 1000);
      first.push(await firstRequestMs());
    }
    const bench = "startup";
    return [
      atMost(
        { bench, what: "kar version", value: median(version), unit: "ms" },
        100,
      ),
      atMost({
        bench,
        what: "first request of kar run",
        value: median(first),
        unit: "ms",
      }, 400),
    ];
  },
};

/** Starts `kar run` at 1,000 requests a second and waits for the first one. */
async function firstRequestMs(): Promise<number> {
  const first = Promise.withResolvers<number>();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, () => {
    first.resolve(performance.now());
    return new Response("ok");
  });
  const config = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(config, configFor(server.addr.port));
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, "run", "--config", config, "--duration", "1s"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const { code } = await child.status;
  await server.shutdown();
  await Deno.remove(config);
  if (code !== 0) throw new Error(`kar run ended with ${code}`);
  return await first.promise - started;
}

function configFor(port: number): string {
  return `targets:
  - { name: bench, url: "http://127.0.0.1:${port}/" }
controller: { base_tps: 1000, max_tps: 1000, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
health: { enabled: false }
metrics: { enabled: false }
`;
}
