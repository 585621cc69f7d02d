import { resolve } from "node:path";
import { launchOf } from "./launch.ts";
import { median, timed } from "./process.ts";
import { atMost, type Bench, plain, type Row } from "./rows.ts";

const ROUNDS = 7;

/** From the call to `kar version`'s end, and to the first request of `kar run`. */
export const STARTUP: Bench = {
  name: "startup",
  about: "how long kar takes to start",
  run: async ({ pinned, options, kar: measured, say }) => {
    const { against } = options;
    const paths = [
      await measured(),
      ...against === null ? [] : [resolve(against)],
    ];
    const version = paths.map((): number[] => []);
    const first = paths.map((): number[] => []);
    const rounds = options.rounds ?? ROUNDS;
    for (let round = 1; round <= rounds; round++) {
      say(`start-up: round ${round} of ${rounds}`);
      for (const [i, path] of paths.entries()) {
        const kar = await launchOf(path);
        const { wallSec } = await timed([...kar, "version"], pinned);
        version[i]!.push(wallSec * 1000);
        first[i]!.push(await firstRequestMs(kar));
      }
    }
    return paths.flatMap((path, i) => [
      row(i === 0 ? null : path, ["kar version", 100], version[i]!),
      row(i === 0 ? null : path, ["first request of kar run", 400], first[i]!),
    ]);
  },
};

function row(
  other: string | null,
  [what, limitMs]: readonly [string, number],
  all: readonly number[],
): Row {
  const figure = { bench: "startup", value: median(all), unit: "ms" };
  return other === null
    ? atMost({ ...figure, what }, limitMs)
    : plain({ ...figure, what: `${what} of ${other}` });
}

/** Starts `kar run` at 1,000 requests a second and waits for the first one. */
async function firstRequestMs(kar: readonly string[]): Promise<number> {
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
  const child = new Deno.Command(kar[0]!, {
    args: [...kar.slice(1), "run", "--config", config, "--duration", "1s"],
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
