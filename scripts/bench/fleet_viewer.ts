import { gunzipSync, gzipSync } from "node:zlib";
import type { FleetRow, PartHead, ToldSpan } from "../../src/fleet/mod.ts";

/** Parts that a viewer hears. */
export const VIEWED_PARTS = 100;
const SETTLE_MS = 5000;
const WINDOW_MS = 10_000;
const SLOT_MS = 100;

/** What a run has left on its bus, of which one of many parts is made. */
export interface LeftRun {
  readonly port: number;
  readonly run: string;
}

/** JSON as it is, packed: what stands in it is the members' business. */
const CODEC = {
  encode: (told: PartHead) => ({
    bytes: new Uint8Array(gzipSync(JSON.stringify(told))),
    without: null,
  }),
  decode: (bytes: Uint8Array): PartHead =>
    JSON.parse(gunzipSync(bytes).toString()),
};

/**
 * What `kar watch` costs with many parts: each tells once a second what a part
 * of another run has told at its end, up to now.
 *
 * @param cpuSecOf the CPU time of a process so far, in seconds
 * @returns cores
 */
export async function viewerCores(
  { port, run }: LeftRun,
  command: readonly string[],
  cpuSecOf: (pid: number) => number,
): Promise<number> {
  const { connectBus, NatsBus } = await import("../../src/nats/mod.ts");
  const open = async (name: string, isToOpen: boolean) => {
    const address = { host: "127.0.0.1", port, isTls: false, run: name };
    const nc = await connectBus(address, {}, "bench");
    return await NatsBus.open(nc, { run: name, codec: CODEC, isToOpen });
  };
  const left = await open(run, false);
  const row = (await left.readRun())!;
  const text = await left.getPlan(row.plan);
  const [like] = await left.lastTold();
  await left.close();
  const name = `v${crypto.randomUUID().slice(0, 8)}`;
  const bus = await open(name, true);
  const fireMs = Math.floor(Date.now() / 1000) * 1000;
  const wanted: FleetRow = {
    ...{ ...row, id: name, plan: await bus.putPlan(text), durationMs: null },
    ...{ parts: VIEWED_PARTS, fireMs, fireSlot: fireMs / SLOT_MS },
  };
  await bus.openRun(wanted);
  let seq = 0;
  const tell = () => {
    seq++;
    for (let part = 1; part <= VIEWED_PARTS; part++) {
      bus.tell(toldNow(like!, { row: wanted, part, seq }));
    }
  };
  tell();
  const telling = setInterval(tell, 1000);
  const viewer = new Deno.Command(command[0]!, {
    args: [
      ...[...command.slice(1), "watch", `nats://127.0.0.1:${port}/${name}`],
      "--quiet",
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = new Response(viewer.stderr).text();
  let isOver = false;
  const ended = viewer.status.then(() => isOver = true);
  try {
    await pause(SETTLE_MS);
    if (isOver) throw new Error(`the viewer has ended: ${await said}`);
    const before = cpuSecOf(viewer.pid);
    const beganMs = performance.now();
    await pause(WINDOW_MS);
    const cpuSec = cpuSecOf(viewer.pid) - before;
    return cpuSec / ((performance.now() - beganMs) / 1000);
  } finally {
    clearInterval(telling);
    if (!isOver) viewer.kill("SIGINT");
    await Promise.all([ended, said]);
    await bus.remove();
    await bus.close();
  }
}

/** What a part tells that goes on. */
function toldNow(
  like: PartHead,
  { row, part, seq }: {
    readonly row: FleetRow;
    readonly part: number;
    readonly seq: number;
  },
): PartHead {
  const now = row.fireSlot + Math.floor((Date.now() - row.fireMs) / SLOT_MS);
  const [span] = like.spans;
  const own: ToldSpan = {
    ...{ ...span!, incarnation: `p${part}`, fromSlot: row.fireSlot },
    ...{ madeUpTo: Math.max(row.fireSlot, now), over: 0, isOver: false },
  };
  return { ...like, run: row.id, part, seq, spans: [own] };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
