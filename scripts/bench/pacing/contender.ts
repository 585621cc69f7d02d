import type { Observed } from "../observe.ts";
import { NO_TIMES, type Reading } from "./reading.ts";

/** How a row of the pacing tables is spoken: a protocol and one of kar's clients. */
export interface Way {
  readonly protocol: "http" | "http2" | "grpc";
  readonly client: "wire" | "fetch";
}

/** What every program is asked to do. */
export interface Job {
  readonly way: Way;
  readonly url: string;
  readonly ratePerSec: number;
  readonly seconds: number;
  /** One core for the client, another one for the server. */
  readonly pinned: boolean;
  /** Process of the server, to see whether others held it up. */
  readonly serverPid: number;
}

/** A program that sends at a rate. */
export interface Contender {
  readonly name: string;
  /** Whether its arrivals are a Poisson process, so that KS says something. */
  readonly isPoisson: boolean;
  readonly run: (job: Job) => Promise<Reading>;
}

/** How long the warm-up of a run is, in seconds: its samples are left out where a program allows. */
export const WARM_UP_SEC = 1;

/** A reading of what was seen from outside and of what the program itself tells. */
export function readingOf(
  seen: Observed,
  told: Partial<Reading> & { readonly requests: number },
): Reading {
  const { requests, ...rest } = told;
  return {
    lag: NO_TIMES,
    service: NO_TIMES,
    response: NO_TIMES,
    usPerRequest: requests > 0 ? seen.cpuSec * 1e6 / requests : null,
    corePercent: seen.corePercent,
    memoryMb: seen.memoryMb,
    missedPercent: null,
    connections: null,
    ks: null,
    disturbedPercent: seen.disturbedPercent,
    ...rest,
  };
}

/** What of a constant rate was not sent, in percent. */
export function missedOf(
  { ratePerSec, seconds }: Pick<Job, "ratePerSec" | "seconds">,
  requests: number,
): number {
  const due = ratePerSec * seconds;
  return Math.max(0, 100 * (due - requests) / due);
}
