import { ksOfGaps } from "../kolmogorov.ts";
import { pin, SERVER_CORE } from "../process.ts";
import { freePort, untilOpen } from "../servers.ts";
import { type Contender, type Job, WARM_UP_SEC } from "./contender.ts";

/** Gaps that the test looks at: 1.628/√6,000 = 0.021 is its limit at one percent. */
const KS_GAPS = 6000;
/** With fewer gaps nothing can be said. */
const KS_GAPS_MIN = 100;

/**
 * Lets a program send to the witness, a server that notes the kernel's instant
 * of each request, and compares the gaps with those of a Poisson process. It is
 * what was really sent, whatever the program says of itself.
 *
 * @returns the Kolmogorov–Smirnov distance; null where there were too few
 */
export async function ksSeen(
  program: string,
  contender: Contender,
  job: Job,
): Promise<number | null> {
  const port = freePort();
  const words = pin([program, String(port)], job.pinned ? SERVER_CORE : null);
  const child = new Deno.Command(words[0]!, {
    args: words.slice(1),
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.output();
  try {
    await untilOpen(port);
    const url = `http://127.0.0.1:${port}/`;
    const seconds = ksSeconds(job);
    await contender.run({ ...job, url, seconds, serverPid: child.pid });
  } finally {
    child.kill("SIGTERM");
  }
  const { stdout } = await output;
  const stamps = new TextDecoder().decode(stdout).trim().split("\n");
  return ksOfStamps(stamps.map((ns) => Number(ns) / 1e6), job.ratePerSec);
}

/** As long as 6,000 gaps take, but no longer than the run that is measured. */
export function ksSeconds(
  { ratePerSec, seconds }: Pick<Job, "ratePerSec" | "seconds">,
): number {
  const wanted = Math.ceil(KS_GAPS / ratePerSec * 1.1) + WARM_UP_SEC + 1;
  return Math.min(seconds, wanted);
}

/** @param stampsMs milliseconds since the first request, rising */
export function ksOfStamps(
  stampsMs: readonly number[],
  ratePerSec: number,
): number | null {
  const warm = stampsMs.filter((ms) => ms >= WARM_UP_SEC * 1000)
    .slice(0, KS_GAPS + 1).toSorted((a, b) => a - b);
  return warm.length <= KS_GAPS_MIN
    ? null
    : ksOfGaps(Float64Array.from(warm), ratePerSec);
}
