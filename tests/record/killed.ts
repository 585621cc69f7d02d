/**
 * Kills a process that writes a record, again and again, and reads what it has
 * left.
 *
 * @module
 */
import assert from "node:assert/strict";
import { RecordReader } from "../../src/record/mod.ts";
import { addTotals, NO_TOTALS } from "../../src/stats/mod.ts";
import { Chance } from "../fixtures/chance.ts";
import { MadeUp, NOON, rough, withRecord } from "./support.ts";

const CHILD = new URL("./kill_child.ts", import.meta.url).pathname;
/** Bytes that are read before the kill, at most: some thousand seconds. */
const BYTES_MAX = 12_000;

/**
 * Lets one record be killed so many times, going on each time where it was,
 * and checks after each that nothing is lost that was taken, and that nothing
 * is there twice.
 */
export async function killAgainAndAgain(
  times: number,
  seed: number,
): Promise<void> {
  const chance = new Chance(seed);
  await withRecord(async (path) => {
    let next = NOON;
    for (let i = 0; i < times; i++) {
      const taken = await killed(path, {
        first: next,
        seed,
        bytes: 1 + chance.below(BYTES_MAX / (1 + chance.below(50))),
      });
      next = checked(path, Math.max(taken + 1, next), seed);
    }
  });
}

/** @returns the last second that it said was taken */
async function killed(
  path: string,
  { first, seed, bytes }: {
    readonly first: number;
    readonly seed: number;
    readonly bytes: number;
  },
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CHILD, path, `${first}`, `${seed}`],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const decoder = new TextDecoder();
  let isKilled = false;
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length < bytes || isKilled) continue;
    isKilled = true;
    child.kill("SIGKILL");
  }
  await child.status;
  const said = text.split("\n").slice(0, -1).map(Number);
  return said.at(-1) ?? NOON - 1;
}

/** @returns the first second that is not there */
function checked(path: string, least: number, seed: number): number {
  const reader = new RecordReader(path);
  try {
    const { to } = reader.extent();
    // The one that was written when it was killed may be there, or not.
    assert.ok(to === least || to === least + 1, `${to} for ${least}`);
    const made = new MadeUp(seed);
    let sum = NO_TOTALS;
    for (let t = NOON; t < to; t++) {
      sum = addTotals(sum, made.second(t).totals);
    }
    assert.deepEqual(rough(reader.measures().totals), rough(sum));
    assert.equal(reader.notes().length, to - NOON);
    return to;
  } finally {
    reader.close();
  }
}
