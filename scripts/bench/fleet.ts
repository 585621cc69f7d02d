import { launchOf } from "./launch.ts";
import { isOnPath, startServer } from "./process.ts";
import { atLeast, atMost, type Bench, plain, type Row } from "./rows.ts";
import { startTarget } from "./servers.ts";
import { VIEWED_PARTS, viewerCores } from "./fleet_viewer.ts";

const PARTS = 3;
const RATE_EACH = 5000;
/** Of each run; what is measured lies in its middle. */
const LENGTH_SEC = 16;
const WINDOW_MS = 10_000;
/** To start, to join and to get ready. */
const START_MS = 10_000;
const SETTLE_MS = 3000;
/** Ticks of CPU time a second in `/proc`, on every Linux that is built as usual. */
const TICKS_PER_SEC = 100;
/** Where Debian has it, beside PATH. */
const PROGRAM = "/usr/sbin/nats-server";

/** Three members on one machine, and what the bus between them costs. */
export const FLEET: Bench = {
  name: "fleet",
  about:
    "three members on one bus at 5,000/s each; what the bus costs, and a viewer of 100 parts",
  run: async ({ options, kar: measured, say, pinned }) => {
    const program = await isOnPath("nats-server") ? "nats-server" : PROGRAM;
    const command = await launchOf(await measured());
    const target = await startTarget(pinned);
    await using bus = await startBus(program);
    const rate = options.rates?.[0] ?? RATE_EACH;
    try {
      const base = { command, target: target.http };
      say(`fleet: ${PARTS} members at ${rate}/s each`);
      const busy = await runParts({ ...base, rate, bus });
      say("fleet: the same members at 1/s, with the bus and without");
      const idle = await runParts({ ...base, rate: 1, bus });
      const alone = await runParts({ ...base, rate: 1, bus: null });
      say(`fleet: a viewer of ${VIEWED_PARTS} parts`);
      const left = { port: bus.port, run: busy.run };
      const viewer = await viewerCores(left, command, cpuSecOf);
      return rowsOf({ rate, busy, idle, alone, viewer });
    } finally {
      await target.stop();
    }
  },
};

interface Bus extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Bytes that came in and went out so far. */
  bytes(): Promise<number>;
}

interface Parts {
  readonly due: number;
  readonly sent: number;
  /** Of all members together, in cores. */
  readonly cores: number;
  readonly busCores: number;
  readonly busBytesPerSec: number;
  /** Its name on the bus. */
  readonly run: string;
}

function rowsOf(
  { rate, busy, idle, alone, viewer }: {
    readonly rate: number;
    readonly busy: Parts;
    readonly idle: Parts;
    readonly alone: Parts;
    /** In cores. */
    readonly viewer: number;
  },
): Row[] {
  const bench = "fleet";
  const core = { bench, unit: "% of a core" };
  const at = `${PARTS} × ${rate}/s`;
  return [
    atLeast({
      ...{ bench, unit: "%", what: `${at}: sent of what was due` },
      value: 100 * busy.sent / busy.due,
    }, 99.9),
    plain({ ...core, what: `${at}: all members`, value: 100 * busy.cores }),
    plain({ ...core, what: `${at}: the bus`, value: 100 * busy.busCores }),
    plain({
      ...{ bench, unit: "KiB/s", what: `${at}: over the bus, in and out` },
      value: busy.busBytesPerSec / 1024,
    }),
    atMost({
      ...{ ...core, what: "what the bus costs a member, by runs at 1/s" },
      value: 100 * (idle.cores - alone.cores) / PARTS,
    }, 1),
    atMost({
      ...{ ...core, what: `a viewer of ${VIEWED_PARTS} parts` },
      value: 100 * viewer,
    }, 5),
  ];
}

/** Runs all parts at once, with a bus or by themselves. */
async function runParts(
  { command: [program, ...first], target, rate, bus }: {
    readonly command: readonly string[];
    readonly target: string;
    readonly rate: number;
    readonly bus: Bus | null;
  },
): Promise<Parts> {
  const folder = await Deno.makeTempDir({ prefix: "kar-bench-fleet-" });
  const config = `${folder}/kar.yaml`;
  await Deno.writeTextFile(config, configFor(target, rate));
  const atMs = Math.ceil((Date.now() + START_MS) / 1000) * 1000;
  const run = `r${crypto.randomUUID().slice(0, 8)}`;
  const url = `nats://127.0.0.1:${bus?.port}/${run}`;
  const members = Array.from(
    { length: PARTS },
    (_, i) =>
      new Deno.Command(program!, {
        args: [
          ...[...first, "run", "--config", config, "--quiet"],
          ...["--stripe", `${i + 1}/${PARTS}`, "--duration", `${LENGTH_SEC}s`],
          ...["--at", new Date(atMs).toISOString(), "--out", "json=-"],
          ...(bus === null ? [] : ["--fleet", url]),
        ],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
  );
  const outputs = members.map((member) => member.output());
  await pause(atMs + SETTLE_MS - Date.now());
  const pids = members.map(({ pid }) => pid);
  const before = await looked(pids, bus);
  await pause(WINDOW_MS);
  const after = await looked(pids, bus);
  const reports = (await Promise.all(outputs)).map(({ stdout, stderr }) =>
    reportOf(stdout, stderr)
  );
  await Deno.remove(folder, { recursive: true });
  const sec = (after.atMs - before.atMs) / 1000;
  const sum = (of: (report: Report) => number) =>
    reports.reduce((sum, report) => sum + of(report), 0);
  return {
    due: sum(({ due }) => due),
    sent: sum(({ sent }) => sent),
    cores: (after.cpuSec - before.cpuSec) / sec,
    busCores: (after.busSec - before.busSec) / sec,
    busBytesPerSec: (after.bytes - before.bytes) / sec,
    run,
  };
}

interface Report {
  readonly due: number;
  readonly sent: number;
}

function reportOf(stdout: Uint8Array, stderr: Uint8Array): Report {
  const text = new TextDecoder();
  try {
    return JSON.parse(text.decode(stdout));
  } catch {
    throw new Error(`a member has no report: ${text.decode(stderr).trim()}`);
  }
}

async function looked(pids: readonly number[], bus: Bus | null) {
  return {
    atMs: performance.now(),
    cpuSec: pids.map(cpuSecOf).reduce((sum, sec) => sum + sec, 0),
    busSec: bus === null ? 0 : cpuSecOf(bus.pid),
    bytes: await bus?.bytes() ?? 0,
  };
}

function configFor(target: string, rate: number): string {
  const all = rate * PARTS;
  return `targets: [{ name: api, url: "${target}" }]
controller: { base_tps: ${all}, max_tps: ${2 * all}, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false } }
health: { enabled: false }
metrics: { enabled: false }
`;
}

async function startBus(program: string): Promise<Bus> {
  const folder = await Deno.makeTempDir({ prefix: "kar-bench-nats-" });
  const [port, monitor] = [freePort(), freePort()];
  const { pid, stop } = startServer([
    ...[program, "-a", "127.0.0.1", "-p", `${port}`, "-m", `${monitor}`],
    ...["--jetstream", "--store_dir", folder],
  ], false);
  const varz = async () =>
    await (await fetch(`http://127.0.0.1:${monitor}/varz`)).json();
  for (let i = 0; await varz().catch(() => null) === null; i++) {
    if (i === 100) throw new Error(`${program} does not answer`);
    await pause(50);
  }
  return {
    ...{ port, pid },
    async bytes() {
      const { in_bytes, out_bytes } = await varz();
      return in_bytes + out_bytes;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return (listener.addr as Deno.NetAddr).port;
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
