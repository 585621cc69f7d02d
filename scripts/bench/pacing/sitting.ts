import type { Contender, Job } from "./contender.ts";
import { COLUMNS, medianOf, type Reading } from "./reading.ts";
import type { Row } from "../rows.ts";
import { ksSeen } from "./witness.ts";

/** Above this, a reading says more of other programs than of this one. */
export const DISTURBED_PERCENT_MAX = 5;
const TRIES = 3;

/** How a sitting goes about it. */
export interface Sitting {
  readonly rounds: number;
  /** The program of the server that notes instants; null = there is none. */
  readonly witness: string | null;
  readonly say: (line: string) => void;
}

/** Readings of each program, one a round; a program that failed has none. */
export type Readings = ReadonlyMap<string, readonly Reading[]>;

/**
 * Lets all programs take turns, so that a change of the machine's speed meets
 * each. A reading that others disturbed is taken again, up to three times, and
 * the least disturbed one counts.
 */
export async function sit(
  contenders: readonly Contender[],
  job: Job,
  { rounds, witness, say }: Sitting,
): Promise<Readings> {
  const all = new Map<string, Reading[]>(
    contenders.map(({ name }) => [name, []]),
  );
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      const { name } = contender;
      const readings = all.get(name);
      if (readings === undefined) continue;
      say(`${round} of ${rounds}: ${name} at ${job.ratePerSec}/s`);
      try {
        const reading = await calmest(() => contender.run(job));
        readings.push({ ...reading, ks: await ksOf(contender) });
      } catch (error) {
        say(`${name}: ${error instanceof Error ? error.message : error}`);
        all.delete(name);
      }
    }
  }
  return all;

  function ksOf(contender: Contender): Promise<number | null> | null {
    return witness === null || !contender.isPoisson ||
        job.way.protocol !== "http"
      ? null
      : ksSeen(witness, contender, job);
  }
}

/** A program that cannot keep up does not get better by another try. */
const HOPELESS_PERCENT = 20;

/** The first reading that is not disturbed, or the least disturbed one. */
export async function calmest(
  take: () => Promise<Reading>,
): Promise<Reading> {
  let best = await take();
  for (let i = 1; i < TRIES && isDisturbed(best); i++) {
    const other = await take();
    if (disturbance(other) < disturbance(best)) best = other;
  }
  return best;
}

function isDisturbed(reading: Reading): boolean {
  return disturbance(reading) > DISTURBED_PERCENT_MAX &&
    (reading.missedPercent ?? 0) < HOPELESS_PERCENT;
}

function disturbance({ disturbedPercent }: Reading): number {
  return disturbedPercent ?? 0;
}

/** The table of a sitting: a line for each program, medians in its columns. */
export function gridRows(
  bench: string,
  grid: string,
  readings: Readings,
): Row[] {
  return [...readings].flatMap(([line, all]) =>
    COLUMNS.map(({ of: [group, name], unit, read }) => ({
      bench,
      what: [`${grid}: ${line}:`, group, name].join(" ").trim(),
      value: medianOf(all, read),
      unit,
      goal: "",
      held: null,
      cell: {
        grid,
        line,
        column: `${group}\n${[name, unit].join(" ").trim()}`,
      },
    }))
  );
}
