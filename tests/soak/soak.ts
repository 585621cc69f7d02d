/**
 * A run of kar, in a process of its own, against a good server, a faulty one
 * and two that flood it; with its memory over time, and what the servers
 * themselves have counted.
 *
 * @module
 */
import { V8_FLAGS } from "../../src/base/mod.ts";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { KAR } from "../cli/kar.ts";
import { PeerThreads } from "../net/attacked.ts";
import {
  FAULTS,
  type Script,
  startFaultyServer,
} from "../net/faulty_server.ts";

/** Peers that never stop, by the names of their attacks. */
const FLOODS = ["PING, over HTTP/2", "junk, over HTTP/1.1"] as const;
/** Faults that a server may have all day; those that send megabytes are left out. */
const DAILY: readonly Script[] = [
  FAULTS.none,
  FAULTS.closeWithoutAnswer,
  FAULTS.none,
  FAULTS.closeMidBody,
  FAULTS.answerThenClose,
  FAULTS.resetWithoutAnswer,
  FAULTS.none,
  FAULTS.neverAnswer,
  FAULTS.closeMidChunk,
  FAULTS.junk,
];
const SAMPLE_MS = 1000;

/** How long, and how many requests a second. */
export interface SoakOptions {
  readonly seconds: number;
  readonly ratePerSec: number;
}

/** What came of it. */
export interface Soaked {
  readonly code: number;
  /** What kar said on standard error. */
  readonly err: string;
  readonly report: SoakReport;
  /** Requests that each server has read whole. */
  readonly seen: { readonly good: number; readonly faulty: number };
  /** Resident memory of kar, once a second, in megabytes. */
  readonly rssMb: readonly number[];
}

/** The part of a report that is looked at. */
export interface SoakReport extends Counts {
  readonly targets: readonly (Counts & { readonly name: string })[];
  readonly latency: { readonly response: { readonly count: number } };
}

interface Counts {
  readonly due: number;
  readonly sent: number;
  readonly ok: number;
  readonly completed: number;
  readonly missed: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
}

/** Runs it, to its end. */
export async function soak(
  { seconds, ratePerSec }: SoakOptions,
): Promise<Soaked> {
  const folder = await Deno.makeTempDir({ prefix: "kar-soak-" });
  using threads = new PeerThreads();
  const [pings, junk] = await Promise.all(
    FLOODS.map((name) => threads.start(name)),
  );
  const latency = { kind: "uniform", ms: 10, jitterMs: 8 } as const;
  const good = await startEchoInWorker({
    port: 0,
    faults: { latency, errorShare: 0.05 },
  });
  try {
    await using faulty = await startFaultyServer((request) =>
      DAILY[request.index % DAILY.length]!(request)
    );
    const urls = {
      good: `http://127.0.0.1:${good.ports.http}/api/health`,
      faulty: faulty.origin,
      pings: pings!,
      junk: junk!,
    };
    await Deno.writeTextFile(
      `${folder}/kar.yaml`,
      configFor(urls, ratePerSec),
    );
    const run = await runIn(folder, seconds);
    const { total } = await good.stats();
    return { ...run, seen: { good: total, faulty: faulty.requests } };
  } finally {
    await good.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

function configFor(
  urls: Readonly<Record<"good" | "faulty" | "pings" | "junk", string>>,
  ratePerSec: number,
): string {
  return `
targets:
  - { name: good, url: "${urls.good}", weight: 70, timeout: 30s }
  - { name: faulty, url: "${urls.faulty}/", weight: 20, timeout: 1s }
  - { name: pings, url: "${urls.pings}/", protocol: http2, weight: 5, timeout: 1s }
  - { name: junk, url: "${urls.junk}/", weight: 5, timeout: 1s }
controller: { base_tps: ${ratePerSec}, max_tps: ${
    10 * ratePerSec
  }, ramp_up_duration: 2s }
pattern: { poisson: { lambda: 0.05, spike_factor: 3 } }
health: { enabled: false }
# A busy machine must not turn requests into missed ones here.
limits: { max_lateness: 10s }
metrics: { address: "127.0.0.1:0" }
`;
}

/** One process with the flags of a binary: what users have. */
async function runIn(
  folder: string,
  seconds: number,
): Promise<Omit<Soaked, "seen">> {
  const [program, run, ...words] = KAR;
  const report = `${folder}/report.json`;
  const child = new Deno.Command(program, {
    args: [
      ...[run!, V8_FLAGS, ...words],
      ...["run", "--quiet", "--config", `${folder}/kar.yaml`],
      ...["--duration", `${seconds}s`, "--out", `json=${report}`],
    ],
    env: { XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: folder },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const rssMb: number[] = [];
  const timer = setInterval(() => rssMb.push(rssOf(child.pid)), SAMPLE_MS);
  const { code, stderr } = await child.output();
  clearInterval(timer);
  const err = new TextDecoder().decode(stderr);
  const text = await Deno.readTextFile(report).catch(() => {
    throw new Error(`kar ended with ${code} and no report: ${err}`);
  });
  return {
    code,
    err,
    report: JSON.parse(text),
    rssMb: rssMb.filter((mb) => mb > 0),
  };
}

/** Resident memory of a process in megabytes; 0 where it is gone. */
function rssOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}
