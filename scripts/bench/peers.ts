import type { ClosedLoop, ClosedLoopResult } from "./closed_loop.ts";
import { median, ROOT, script, timed } from "./process.ts";
import { type Root, rootsOf } from "./roots.ts";
import {
  atMost,
  type Bench,
  type BenchSurroundings,
  plain,
  type Row,
} from "./rows.ts";
import { startGrpc, startTarget } from "./servers.ts";
import type { ClientName } from "../../src/plan/mod.ts";

const ROUNDS = 5;
const SECONDS = 3;

/** What one closed-loop run came to. */
interface Reading {
  readonly usPerRequest: number;
  readonly perSec: number;
}

/** A load generator on PATH, driven closed-loop. */
interface Peer {
  readonly name: string;
  readonly command: (url: string) => readonly string[];
  /** Requests that it says it made. */
  readonly requests: (stdout: string) => number;
}

const CONNECTIONS = 50;
const WRK: Peer = {
  name: "wrk",
  command: (url) => ["wrk", "-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, url],
  requests: (text) => Number(text.match(/(\d+) requests in/)?.[1]),
};
const HEY: Peer = {
  name: "hey",
  command: (
    url,
  ) => ["hey", "-cpus", "1", "-z", `${SECONDS}s`, "-c", `${CONNECTIONS}`, url],
  requests: (text) =>
    Number(text.match(/Requests\/sec:\s+([\d.]+)/)?.[1]) *
    Number(text.match(/Total:\s+([\d.]+) secs/)?.[1]),
};
const OHA: Peer = {
  name: "oha",
  command: (
    url,
  ) => ["oha", "--no-tui", "-z", `${SECONDS}s`, "-c", `${CONNECTIONS}`, url],
  requests: (text) =>
    Number(text.match(/Requests\/sec:\s+([\d.]+)/)?.[1]) * SECONDS,
};
const H2LOAD: Peer = {
  name: "h2load",
  command: (url) => ["h2load", "-t1", "-c10", "-m10", "-D", `${SECONDS}`, url],
  requests: (text) => Number(text.match(/requests: (\d+) total/)?.[1]),
};

/** HTTP/1.1 at saturation: kar's clients beside wrk, hey and oha. */
export const HTTP1: Bench = {
  name: "http1",
  about: "HTTP/1.1 at saturation, beside wrk, hey and oha",
  run: (around) =>
    against(around, async (target) => [
      ...await compare(around, {
        bench: "http1",
        url: target.http,
        protocol: "http",
        concurrency: CONNECTIONS,
        connections: CONNECTIONS,
        clients: ["wire", "fetch"],
        hasBare: true,
        peers: [WRK, HEY, OHA],
        goals: { wrk: 1, hey: 0.5 },
      }),
      ...(target.https === null ? [] : await compare(around, {
        bench: "http1",
        url: target.https,
        protocol: "http",
        concurrency: CONNECTIONS,
        connections: CONNECTIONS,
        clients: ["wire", "fetch"],
        peers: [WRK],
        goals: {},
      })),
    ]),
};

/** HTTP/2 at saturation, ten streams on each of ten connections. */
export const HTTP2: Bench = {
  name: "http2",
  about: "HTTP/2 at saturation, beside h2load",
  run: (around) =>
    against(
      around,
      async ({ h2c }) =>
        h2c === null ? [] : await compare(around, {
          bench: "http2",
          url: h2c,
          protocol: "http2",
          concurrency: 100,
          connections: 10,
          clients: ["wire", "fetch"],
          peers: [H2LOAD],
          goals: { h2load: 0.95 },
        }),
    ),
};

/** gRPC at saturation: the wire beside Connect's own client. */
export const GRPC: Bench = {
  name: "grpc",
  about: "gRPC at saturation, beside Connect's client",
  run: async (around) => {
    const server = await startGrpc(around.pinned);
    try {
      return await compare(around, {
        bench: "grpc",
        url: server.url,
        protocol: "grpc",
        concurrency: 50,
        connections: 5,
        clients: ["wire", "connect"],
        peers: [],
        goals: { connect: 0.25 },
      });
    } finally {
      await server.stop();
    }
  },
};

interface Comparison extends Omit<ClosedLoop, "client" | "durationMs"> {
  readonly bench: string;
  readonly clients: readonly ClientName[];
  /** Whether a bare loop of reads and writes takes part. */
  readonly hasBare?: boolean;
  readonly peers: readonly Peer[];
  /** Highest ratio of CPU per request, wire over peer. */
  readonly goals: Readonly<Record<string, number>>;
}

async function against(
  { pinned }: BenchSurroundings,
  measure: (target: Awaited<ReturnType<typeof startTarget>>) => Promise<Row[]>,
): Promise<Row[]> {
  const target = await startTarget(pinned);
  try {
    return await measure(target);
  } finally {
    await target.stop();
  }
}

/** Alternates all contenders, so that a change of the machine's speed meets each. */
async function compare(
  { pinned, peers, say, options }: BenchSurroundings,
  job: Comparison,
): Promise<Row[]> {
  const rounds = options.rounds ?? ROUNDS;
  const readings = new Map<string, Reading[]>();
  const present = job.peers.filter(({ name }) => peers.has(name));
  const kept = (name: string, reading: Reading) =>
    readings.set(name, [...readings.get(name) ?? [], reading]);
  for (let round = 1; round <= rounds; round++) {
    say(`${job.bench} ${job.url}: round ${round} of ${rounds}`);
    for (const client of job.clients) {
      for (const from of rootsOf(options)) {
        const reading = await driveKar({ ...job, client }, pinned, from);
        kept(client + from.suffix, reading);
      }
    }
    if (job.hasBare) kept("bare loop", await driveBare(job, pinned));
    for (const peer of present) {
      kept(peer.name, await drivePeer(peer, job.url, pinned));
    }
  }
  const scheme = job.url.startsWith("https:") ? " over TLS" : "";
  return [...readings].flatMap(([name, all]) =>
    rowsOf(job, { name, scheme }, { all, wire: readings.get("wire")! })
  );
}

function rowsOf(
  job: Comparison,
  { name, scheme }: { readonly name: string; readonly scheme: string },
  { all, wire }: { readonly all: Reading[]; readonly wire: Reading[] },
): Row[] {
  const { bench } = job;
  const cost = median(all.map((reading) => reading.usPerRequest));
  const rows = [
    plain({
      bench,
      what: `${name}${scheme}: CPU per request`,
      value: cost,
      unit: "µs",
    }),
    plain({
      bench,
      what: `${name}${scheme}: throughput`,
      value: median(all.map((reading) => reading.perSec)),
      unit: "1/s",
    }),
  ];
  if (name === "wire") return rows;
  const ratio = median(
    wire.map((reading, i) => reading.usPerRequest / all[i]!.usPerRequest),
  );
  const row = {
    bench,
    what: `wire over ${name}${scheme}, CPU per request`,
    value: ratio,
    unit: "×",
  };
  const goal = job.goals[name];
  return [...rows, goal === undefined ? plain(row) : atMost(row, goal)];
}

async function driveKar(
  job: Comparison & Pick<ClosedLoop, "client">,
  pinned: boolean,
  { root }: Root,
): Promise<Reading> {
  const { url, protocol, client, concurrency, connections } = job;
  const r = await script<ClosedLoopResult>("closed_loop.ts", {
    url,
    protocol,
    client,
    concurrency,
    connections,
    durationMs: SECONDS * 1000,
  }, { pinned, root });
  return readingOf(r);
}

/** What no client on Deno's sockets can cost less than. */
async function driveBare(
  { url, connections }: Comparison,
  pinned: boolean,
): Promise<Reading> {
  const durationMs = SECONDS * 1000;
  return readingOf(
    await script<ClosedLoopResult>("bare_loop.ts", {
      url,
      connections,
      durationMs,
    }, { pinned, root: ROOT }),
  );
}

function readingOf(r: ClosedLoopResult): Reading {
  return {
    usPerRequest: r.cpuSec * 1e6 / r.requests,
    perSec: r.requests / r.seconds,
  };
}

async function drivePeer(
  peer: Peer,
  url: string,
  pinned: boolean,
): Promise<Reading> {
  const done = await timed(peer.command(url), pinned);
  const requests = peer.requests(done.stdout);
  return {
    usPerRequest: done.cpuSec * 1e6 / requests,
    perSec: requests / SECONDS,
  };
}
