/**
 * kar beside the load generators found on PATH: the same server, the same
 * run, medians of several alternating rounds. Tells, and never gates.
 *
 *   deno task bench [ROW…] [options]; see docs/bench.md
 */
import { COMPONENTS } from "./bench/components.ts";
import { DISPATCHER, FORECAST, JUDGING, RECORD } from "./bench/engine.ts";
import { LEARN } from "./bench/learn.ts";
import { JOURNEYS } from "./bench/journeys.ts";
import { FETCH, OPEN_LOOP } from "./bench/openloop_rows.ts";
import {
  type BenchOptions,
  BenchUsageError,
  parseOptions,
  USAGE,
} from "./bench/options.ts";
import {
  PACING,
  PACING_FETCH,
  PACING_GRPC,
  PACING_HTTP2,
} from "./bench/pacing/pacing.ts";
import { COLD_START, TWO_WORKERS } from "./bench/pacing/whole_runs.ts";
import { FIELDS } from "./bench/fields.ts";
import { FLEET } from "./bench/fleet.ts";
import { GRPC, HTTP1, HTTP2 } from "./bench/peers.ts";
import { measuredKar } from "./bench/packaged.ts";
import { PAGE } from "./bench/page.ts";
import { isOnPath } from "./bench/process.ts";
import { REPLAY } from "./bench/replay.ts";
import { type Bench, type Row, table } from "./bench/rows.ts";
import { STARTUP } from "./bench/startup.ts";

const BENCHES = [
  RECORD,
  JUDGING,
  FORECAST,
  COMPONENTS,
  LEARN,
  REPLAY,
  STARTUP,
  DISPATCHER,
  FETCH,
  HTTP1,
  HTTP2,
  GRPC,
  JOURNEYS,
  FIELDS,
  OPEN_LOOP,
  COLD_START,
  TWO_WORKERS,
  PACING,
  PAGE,
  FLEET,
];
/** Too long for every time. */
const ON_REQUEST = [PACING_HTTP2, PACING_GRPC, PACING_FETCH];
const PEERS = [
  "wrk",
  "wrk2",
  "hey",
  "h2load",
  "oha",
  "k6",
  "vegeta",
  "ghz",
];

/** @returns whether all rows came about */
async function main(): Promise<boolean> {
  const options = parseOptions(Deno.args);
  if (options.list) {
    console.log(listOf([...BENCHES, ...ON_REQUEST]));
    return true;
  }
  const wanted = chosen(options);
  const peers = new Set<string>();
  for (const peer of PEERS) if (await isOnPath(peer)) peers.add(peer);
  const say = (line: string) => console.error(`  ${line}`);
  const kar = measuredKar(options.kar, say);
  const around = {
    kar: kar.path,
    pinned: await isOnPath("taskset") && navigator.hardwareConcurrency > 1,
    peers,
    options,
    say,
  };
  console.error(`peers on PATH: ${[...peers].join(", ") || "none"}`);
  const rows: Row[] = [];
  let isWhole = true;
  for (const bench of wanted) {
    try {
      rows.push(...await bench.run(around));
    } catch (error) {
      // What others measured, perhaps for an hour, is not lost with it.
      isWhole = false;
      console.error(`bench: ${bench.name}: ${messageOf(error)}`);
    }
  }
  await kar.remove();
  console.log(options.json ? JSON.stringify(rows, null, 2) : table(rows));
  return isWhole;
}

function chosen({ rows }: BenchOptions): readonly Bench[] {
  if (rows.length === 0) return BENCHES;
  return rows.map((row) => {
    const bench = [...BENCHES, ...ON_REQUEST].find(({ name }) => name === row);
    if (bench !== undefined) return bench;
    throw new BenchUsageError(
      `no row "${row}"; deno task bench --list shows them`,
    );
  });
}

function listOf(benches: readonly Bench[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  return benches.map((bench) => {
    const note = ON_REQUEST.includes(bench) ? " (on request only)" : "";
    return `${bench.name.padEnd(width)}  ${bench.about}${note}`;
  }).join("\n");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  Deno.exit(await main() ? 0 : 1);
} catch (error) {
  if (!(error instanceof BenchUsageError)) throw error;
  console.error(`bench: ${error.message}\n\n${USAGE}`);
  Deno.exit(2);
}
