import { launchOf } from "./launch.ts";
import { frameRows } from "./page_frames.ts";
import { median } from "./process.ts";
import { atMost, type Bench, plain } from "./rows.ts";

const ROUNDS = 3;
const VIEWERS = 5;
/** Of the run alone, and of the same run while it is looked at, by turns. */
const WINDOW_MS = 10_000;
/** The page's thread starts with the first viewer and ends with the last one. */
const SETTLE_MS = 4000;
/** Ticks of CPU time a second in `/proc`, on every Linux that is built as usual. */
const TICKS_PER_SEC = 100;
const RATE = 300;

/** What five who look at the live page cost the run. */
export const PAGE: Bench = {
  name: "page",
  about:
    "what five viewers of the live page cost a run, and a day's page a browser",
  run: async ({ options, kar: measured, say }) => {
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("ok"),
    );
    const rounds = options.rounds ?? ROUNDS;
    const command = await launchOf(await measured());
    await using run = await startRun(command, server.addr.port, rounds);
    const alone: number[] = [];
    const seen: number[] = [];
    await pause(SETTLE_MS);
    for (let round = 1; round <= rounds; round++) {
      say(`page: round ${round} of ${rounds}`);
      alone.push(await coresOf(run.pid));
      const leave = await look(run.url);
      await pause(SETTLE_MS);
      seen.push(await coresOf(run.pid));
      leave();
      await pause(SETTLE_MS);
    }
    await server.shutdown();
    const figure = { bench: "page", unit: "% of a core" };
    const added = seen.map((cores, i) => cores - alone[i]!);
    return [
      plain({
        ...figure,
        what: `${RATE}/s to three targets, nobody looks`,
        value: 100 * median(alone),
      }),
      atMost({
        ...figure,
        what: `what ${VIEWERS} viewers add`,
        value: 100 * median(added),
      }, 1),
      ...await frameRows(),
    ];
  },
};

/** A run with its page, for as long as all rounds take. */
async function startRun(
  [program, ...args]: readonly string[],
  port: number,
  rounds: number,
): Promise<AsyncDisposable & { readonly url: string; readonly pid: number }> {
  const config = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(config, configFor(port));
  const seconds = 2 * Math.ceil((WINDOW_MS + SETTLE_MS) / 1000) * rounds + 60;
  const child = new Deno.Command(program!, {
    args: [...args, "run", "--config", config, "--duration", `${seconds}s`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const told = Promise.withResolvers<string>();
  void (async () => {
    let text = "";
    for await (
      const more of child.stderr.pipeThrough(new TextDecoderStream())
    ) {
      text += more;
      const url = /Page on (\S+)/.exec(text)?.[1];
      if (url !== undefined) told.resolve(url);
    }
    told.reject(new Error(`kar has ended:\n${text}`));
  })();
  return {
    url: await told.promise,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(config);
    },
  };
}

function configFor(port: number): string {
  const target = (name: string) =>
    `  - { name: ${name}, url: "http://127.0.0.1:${port}/${name}" }`;
  return `targets:
${["api", "search", "checkout"].map(target).join("\n")}
controller: { base_tps: ${RATE}, max_tps: ${2 * RATE}, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false } }
health: { enabled: false }
metrics: { enabled: false }
ui: { enabled: true, address: "127.0.0.1:0" }
`;
}

/** Viewers who read what they are sent. @returns what ends them */
async function look(url: string): Promise<() => void> {
  const end = new AbortController();
  for (let i = 0; i < VIEWERS; i++) {
    const { body } = await fetch(`${url}events`, { signal: end.signal });
    void (async () => {
      for await (const _ of body!);
    })().catch(() => {
      // It was ended.
    });
  }
  return () => end.abort();
}

/** How many cores a process kept busy, with threads that have ended meanwhile. */
async function coresOf(pid: number): Promise<number> {
  const before = cpuSecOf(pid);
  const begunMs = performance.now();
  await pause(WINDOW_MS);
  const sec = (performance.now() - begunMs) / 1000;
  return (cpuSecOf(pid) - before) / sec;
}

function cpuSecOf(pid: number): number {
  // The name, which stands in parentheses, may hold spaces.
  const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
