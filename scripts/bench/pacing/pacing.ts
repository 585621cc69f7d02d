import { basename, resolve } from "node:path";
import type { Bench, BenchSurroundings, Row } from "../rows.ts";
import { startGrpc, startTarget } from "../servers.ts";
import type { Contender, Job, Way } from "./contender.ts";
import { goalRows } from "./goals.ts";
import { karContender, type KarSettings } from "./kar.ts";
import {
  cContender,
  compileNative,
  goContender,
  type Native,
} from "./native.ts";
import { peersFor } from "./peers.ts";
import { gridRows, sit } from "./sitting.ts";

const RATES = [10, 100, 1000, 5000, 20_000, 40_000];
/** kar's own gRPC server, one thread, holds no more. */
const GRPC_RATES = [10, 100, 1000, 5000];
const FETCH_RATES = [10, 100, 1000, 5000];
const ROUNDS = 3;

/** What users get without a word on pacing, over HTTP/1.1. */
export const PACING: Bench = pacingBench("pacing", {
  about: "the real kar run beside clients and peers, from 10 to 40,000/s",
  way: { protocol: "http", client: "wire" },
  rates: RATES,
});

export const PACING_HTTP2: Bench = pacingBench("pacing-http2", {
  about: "the same over HTTP/2 in plain text",
  way: { protocol: "http2", client: "wire" },
  rates: RATES,
});

export const PACING_GRPC: Bench = pacingBench("pacing-grpc", {
  about: "the same over gRPC, to kar's echo server",
  way: { protocol: "grpc", client: "wire" },
  rates: GRPC_RATES,
});

export const PACING_FETCH: Bench = pacingBench("pacing-fetch", {
  about: "the same with client: fetch",
  way: { protocol: "http", client: "fetch" },
  rates: FETCH_RATES,
});

function pacingBench(
  name: string,
  { about, way, rates }: {
    readonly about: string;
    readonly way: Way;
    readonly rates: readonly number[];
  },
): Bench {
  return {
    name,
    about,
    run: async (around) => {
      const native = await compileNative(around.say);
      try {
        const rows: Row[] = [];
        for (const pinned of coresOf(around)) {
          rows.push(
            ...await onCores(name, { ...around, pinned }, {
              native,
              way,
              rates: around.options.rates ?? rates,
            }),
          );
        }
        return rows;
      } finally {
        await native.remove();
      }
    },
  };
}

/** One core for each side, where it can be had, and any core for both. */
function coresOf({ pinned, options }: BenchSurroundings): boolean[] {
  if (options.cores === "all" || !pinned) return [false];
  return options.cores === "one" ? [true] : [true, false];
}

async function onCores(
  bench: string,
  around: BenchSurroundings,
  { native, way, rates }: {
    readonly native: Native;
    readonly way: Way;
    readonly rates: readonly number[];
  },
): Promise<Row[]> {
  const { pinned, options } = around;
  const server = await startServerFor(way, pinned);
  try {
    const rows: Row[] = [];
    for (const ratePerSec of rates) {
      const job: Job = {
        way,
        url: server.url,
        ratePerSec,
        seconds: options.seconds ?? secondsFor(ratePerSec),
        pinned,
        serverPid: server.pid,
      };
      const readings = await sit(await contenders(around, native, way), job, {
        rounds: options.rounds ?? ROUNDS,
        witness: native.witness,
        say: around.say,
      });
      const cores = pinned ? "one core each" : "any core";
      const grid = `${bench} at ${
        ratePerSec.toLocaleString("en-US")
      }/s, ${cores}`;
      const isJudged = pinned && bench === PACING.name;
      rows.push(
        ...gridRows(bench, grid, readings),
        ...goalRows(bench, { ratePerSec, isJudged }, readings),
      );
    }
    return rows;
  } finally {
    await server.stop();
  }
}

async function startServerFor({ protocol }: Way, pinned: boolean) {
  if (protocol === "grpc") return await startGrpc(pinned);
  const { http, h2c, ...server } = await startTarget(pinned);
  if (protocol === "http") return { ...server, url: http };
  if (h2c !== null) return { ...server, url: h2c };
  await server.stop();
  throw new Error(`${server.name} has no HTTP/2 in plain text`);
}

/** Long enough for percentiles, and for the start to weigh as it does for users. */
function secondsFor(ratePerSec: number): number {
  if (ratePerSec < 100) return 20;
  if (ratePerSec <= 1000) return 10;
  return ratePerSec <= 5000 ? 6 : 4;
}

async function contenders(
  around: BenchSurroundings,
  { cClient, goClient }: Native,
  way: Way,
): Promise<Contender[]> {
  const isTruthKnown = cClient !== null || goClient !== null;
  return [
    ...await karContenders(around, null),
    ...cClient !== null && way.protocol === "http" ? [cContender(cClient)] : [],
    ...goClient !== null ? [goContender(goClient)] : [],
    ...peersFor(way, around.peers, { isTruthKnown }),
  ];
}

/** This kar and the one it is measured against, with each pacing, from cold and warm. */
export async function karContenders(
  { kar, options: { against, pacings } }: BenchSurroundings,
  workers: number | null,
): Promise<Contender[]> {
  const here = { path: await kar(), suffix: [] };
  const other = against === null ? [] : [
    { path: resolve(against), suffix: [`of ${basename(resolve(against))}`] },
  ];
  return (pacings ?? [null]).flatMap((pacing) =>
    (["cold", "warm"] as const).flatMap((from) =>
      [here, ...other].map(({ path, suffix }) => {
        const settings = { path, pacing, workers, from };
        const name = [nameOf(settings), ...suffix].join(" ");
        return karContender(name, settings);
      })
    )
  );
}

function nameOf({ pacing, from }: KarSettings): string {
  return [
    "kar",
    ...pacing === null ? [] : [pacing],
    ...from === "warm" ? ["warm"] : [],
  ].join(" ");
}
