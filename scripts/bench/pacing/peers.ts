import { observe } from "../observe.ts";
import {
  type Contender,
  type Job,
  missedOf,
  readingOf,
  type Way,
} from "./contender.ts";
import {
  tellsGhz,
  tellsH2load,
  tellsK6,
  tellsOha,
  tellsVegeta,
  tellsWrk,
  tellsWrk2,
  type Told,
} from "./peer_output.ts";

/** A load generator that is looked for on PATH. */
interface Peer {
  readonly name: string;
  readonly speaks: (way: Way) => boolean;
  readonly command: (job: Job, folder: string) => readonly string[];
  /** Written beside its output before it starts. */
  readonly files?: (job: Job) => Readonly<Record<string, string>>;
  readonly tell: (output: Output, job: Job) => Told | Promise<Told>;
}

/** What a peer left behind. */
interface Output {
  readonly stdout: string;
  readonly folder: string;
}

const isHttp1 = ({ protocol }: Way) => protocol === "http";
const isHttp = ({ protocol }: Way) => protocol !== "grpc";
const isHttp2 = ({ protocol }: Way) => protocol === "http2";
const isGrpc = ({ protocol }: Way) => protocol === "grpc";
/** As many as kar has under way at most; without a bound, memory fills. */
const IN_FLIGHT_MAX = 4000;
const H2_CONNECTIONS = 10;
const H2_STREAMS = 10;

/** Enough for the rate at some milliseconds an answer, and few at low rates. */
function connectionsFor({ ratePerSec }: Job): string {
  return String(ratePerSec <= 1000 ? 10 : ratePerSec <= 20_000 ? 50 : 100);
}

const OHA: Peer = {
  name: "oha",
  speaks: isHttp,
  command: (job) => [
    ...["oha", "--no-tui", "--output-format", "json", "--latency-correction"],
    ...["-z", `${job.seconds}s`, "-q", `${job.ratePerSec}`],
    ...isHttp2(job.way)
      ? ["--http2", "-c", `${H2_CONNECTIONS}`, "-p", `${H2_STREAMS}`]
      : ["-c", connectionsFor(job)],
    job.url,
  ],
  tell: ({ stdout }) => tellsOha(stdout),
};

/** It calibrates for ten seconds and forgets what came before: it is asked for less. */
const WRK2_SECONDS_MAX = 9;

const WRK2: Peer = {
  name: "wrk2",
  speaks: isHttp1,
  command: (job) => [
    ...["wrk2", "-t1", "-c", connectionsFor(job)],
    ...["-d", `${Math.min(job.seconds, WRK2_SECONDS_MAX)}s`],
    ...["-R", `${job.ratePerSec}`, "--latency", "--u_latency", job.url],
  ],
  tell: ({ stdout }) => tellsWrk2(stdout),
};

const VEGETA: Peer = {
  name: "vegeta",
  speaks: isHttp,
  files: ({ url }) => ({ "targets.txt": `GET ${url}\n` }),
  command: (job, folder) => [
    ...["vegeta", "attack", "-targets", `${folder}/targets.txt`],
    ...["-rate", `${job.ratePerSec}`, "-duration", `${job.seconds}s`],
    ...isHttp2(job.way) ? ["-h2c"] : [],
    ...["-max-workers", `${IN_FLIGHT_MAX}`, "-timeout", "10s"],
    ...["-output", `${folder}/results.bin`],
  ],
  tell: async ({ folder }, { ratePerSec }) => {
    const { stdout } = await new Deno.Command("vegeta", {
      args: ["encode", "-to", "csv", `${folder}/results.bin`],
    }).output();
    return tellsVegeta(new TextDecoder().decode(stdout), ratePerSec);
  },
};

const K6: Peer = {
  name: "k6",
  speaks: isHttp1,
  files: (job) => ({ "script.js": k6Script(job) }),
  command: (_, folder) => [
    ...["k6", "run", "--quiet", "--no-usage-report"],
    `${folder}/script.js`,
  ],
  tell: ({ stdout }) => tellsK6(stdout),
};

function k6Script(job: Job): string {
  const options = {
    discardResponseBodies: true,
    summaryTrendStats: ["p(50)", "p(90)", "p(99)"],
    scenarios: {
      bench: {
        executor: "constant-arrival-rate",
        rate: job.ratePerSec,
        timeUnit: "1s",
        duration: `${job.seconds}s`,
        preAllocatedVUs: Number(connectionsFor(job)),
        maxVUs: 1000,
      },
    },
  };
  return `import http from "k6/http";
export const options = ${JSON.stringify(options)};
export default function () { http.get(${JSON.stringify(job.url)}); }
export function handleSummary({ metrics }) {
  return { stdout: JSON.stringify(metrics) };
}
`;
}

const H2LOAD: Peer = {
  name: "h2load",
  speaks: isHttp2,
  command: (job, folder) => [
    ...["h2load", "-t1", "-c", `${H2_CONNECTIONS}`, "-m", `${H2_STREAMS}`],
    ...["-D", `${job.seconds}`],
    `--rps=${job.ratePerSec / H2_CONNECTIONS}`,
    ...[`--log-file=${folder}/log.tsv`, job.url],
  ],
  tell: async ({ folder }) =>
    tellsH2load(await Deno.readTextFile(`${folder}/log.tsv`)),
};

const GHZ: Peer = {
  name: "ghz",
  speaks: isGrpc,
  command: (job) => [
    ...["ghz", "--insecure", "--call", "grpc.health.v1.Health.Check"],
    ...["-d", "{}", "-r", `${job.ratePerSec}`, "-z", `${job.seconds}s`],
    ...["-c", "50", "--connections", "5", "--async", "-O", "json"],
    new URL(job.url).host,
  ],
  tell: ({ stdout }) => tellsGhz(stdout),
};

/** The truth where nothing can be compiled: one connection, one request at a time. */
const WRK: Peer = {
  name: "wrk, 1 connection",
  speaks: isHttp1,
  command: (job) => [
    ...["wrk", "-t1", "-c1", "-d", `${job.seconds}s`, "--latency", job.url],
  ],
  tell: ({ stdout }) => tellsWrk(stdout),
};

/** Those that speak it and are there, in the order of the table. */
export function peersFor(
  way: Way,
  onPath: ReadonlySet<string>,
  { isTruthKnown }: { readonly isTruthKnown: boolean },
): Contender[] {
  const all = [OHA, WRK2, VEGETA, K6, H2LOAD, GHZ];
  if (!isTruthKnown) all.unshift(WRK);
  return all
    .filter(({ name, speaks }) =>
      speaks(way) && onPath.has(name.split(",")[0]!)
    )
    .map((peer) => ({
      name: peer.name,
      isPoisson: false,
      run: (job) => runPeer(peer, job),
    }));
}

async function runPeer(peer: Peer, job: Job) {
  const folder = await Deno.makeTempDir({ prefix: "kar-bench-" });
  try {
    for (const [name, text] of Object.entries(peer.files?.(job) ?? {})) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const seen = await observe(peer.command(job, folder), job);
    const told = await peer.tell({ stdout: seen.stdout, folder }, job);
    if (!(told.requests > 0)) {
      throw new Error(`got no answer: ${seen.stderr.trim().slice(0, 300)}`);
    }
    const seconds = told.seconds ?? job.seconds;
    const asked = { ratePerSec: job.ratePerSec, seconds };
    const isClosed = peer === WRK;
    return readingOf(seen, {
      ...told,
      missedPercent: isClosed ? null : missedOf(asked, told.requests),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
