/**
 * Stands in the place of Go's race detector: says what does, and runs the tests
 * of it, several at a time.
 *
 * Use: `deno task test-race [ARGUMENTS OF deno test …]`.
 */

/** Where threads meet: real ones, simulated ones, and what they share. */
const TESTS = ["tests/worker", "tests/sim", "tests/stats"];
/** More than one core has, so that threads are interrupted anywhere. */
const JOBS_MIN = 4;

/** What replaces a race detector. */
export const IN_ITS_PLACE = `\
There is no race detector for JavaScript, and little for it to find: threads
share no objects. Those of kar share one SharedArrayBuffer, in which each cell
has one writer or is changed by Atomics. What could still go wrong is looked for
by these tests, which run several threads at a time:
  tests/worker  real threads: pacing, shared memory, threads that die
  tests/sim     whole runs with up to eight workers, in simulated time and any
                order; one digest for any number of them
  tests/stats   readers beside writers: counts that never go back, and agree
`;

/** Arguments of `deno test`. */
export function raceArgs(args: readonly string[]): readonly string[] {
  return [
    "test",
    "-A",
    "--no-check",
    "--quiet",
    "--parallel",
    ...TESTS,
    ...args,
  ];
}

/** How many test files run at once on so many cores. */
export function jobsFor(cores: number): number {
  return Math.max(JOBS_MIN, 2 * cores);
}

async function main(): Promise<number> {
  Deno.chdir(`${import.meta.dirname}/..`);
  console.log(IN_ITS_PLACE);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [...raceArgs(Deno.args)],
    env: { DENO_JOBS: String(jobsFor(navigator.hardwareConcurrency)) },
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return code;
}

if (import.meta.main) Deno.exit(await main());
