/**
 * A client of two targets: one good, one that attacks.
 *
 * @module
 */
import { openedHttp1, openedHttp2 } from "../transport/opened.ts";
import type { Client } from "../../src/transport/mod.ts";
import { Recorder, testCall, testTarget } from "../transport/support.ts";
import type { Attack } from "./attacks.ts";

const MAX_BODY_BYTES = 1_000_000;

/** How long and how much. */
export interface Course {
  /** Requests to the good server, one each `everyMs`. */
  readonly good: number;
  readonly everyMs: number;
  /** Requests to the bad one: one for each `badEvery` good ones. */
  readonly badEvery: number;
  readonly timeoutMs: number;
}

/** A server that attacks. */
export interface Bad {
  readonly attack: Attack;
  readonly origin: string;
  readonly timeoutMs: number;
}

/** What came of it. */
export interface Attacked {
  readonly good: readonly string[];
  /** Service times of the good requests in milliseconds, lowest first. */
  readonly goodMs: readonly number[];
  readonly bad: readonly string[];
  /** Why the bad requests failed, each reason once. */
  readonly reasons: readonly string[];
}

/** Threads of peers, which end with it. */
export class PeerThreads implements Disposable {
  readonly #workers: Worker[] = [];

  /** Starts a peer in a thread of its own and tells where it is. */
  start(name: string): Promise<string> {
    const url = new URL("./attack_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    this.#workers.push(worker);
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(name);
    });
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.terminate();
  }
}

/** Sends to both servers, side by side; no bad one: to the good one alone. */
export async function send(
  course: Course,
  goodOrigin: string,
  bad: Bad | null,
): Promise<Attacked> {
  const good = side(course, goodOrigin, "http");
  const evil = bad === null
    ? null
    : side(bad, bad.origin, bad.attack.peer.protocol);
  for (let i = 0; i < course.good; i++) {
    good.send();
    if (i % course.badEvery === 0) evil?.send();
    await new Promise((resolve) => setTimeout(resolve, course.everyMs));
  }
  await good.whole();
  await evil?.whole();
  await good.transport.close();
  await evil?.transport.close();
  return {
    good: good.recorder.outcomes,
    goodMs: good.times.sort((a, b) => a - b),
    bad: evil?.recorder.outcomes ?? [],
    reasons: [...new Set(evil?.recorder.results.map((r) => r.outcome.reason))],
  };
}

function side(
  { timeoutMs }: Pick<Course, "timeoutMs">,
  url: string,
  protocol: "http" | "http2",
) {
  const recorder = new Recorder({ maxBodyBytes: MAX_BODY_BYTES });
  const times: number[] = [];
  recorder.onDone = (call) => times.push(performance.now() - call.sentMs);
  const target = testTarget({ url, protocol, timeoutMs });
  const open = protocol === "http" ? openedHttp1 : openedHttp2;
  const transport: Client = open(target, recorder);
  let sent = 0;
  return {
    recorder,
    times,
    transport,
    send(): void {
      const call = { ...testCall(), sentMs: performance.now() };
      if (transport.send(call)) sent++;
    },
    whole: () => recorder.until(sent),
  };
}

/** The smallest of sorted values that a share of them does not pass. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
}
