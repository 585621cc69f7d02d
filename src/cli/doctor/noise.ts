import {
  type ClockLooks,
  type NoiseFloor,
  noiseOf,
  STILL_MS,
} from "../../doctor/mod.ts";

/** So long the clock is looked at, without a pause. */
const LOOK_MS = 700;
/** Timers that are waited for, and how long each. */
const TIMERS = 60;
const TIMER_MS = 3;
/** Gaps that are kept; more of them would say nothing else. */
const GAPS_MAX = 10_000;

/** How still this machine stands: a look at its clock for about a second. */
export async function measureNoise(): Promise<NoiseFloor> {
  const before = stealTicks();
  const gapsMs = gapsOf();
  const timersMs = await timerErrors();
  const after = stealTicks();
  const looks: ClockLooks = {
    lookedMs: LOOK_MS,
    gapsMs,
    timersMs,
    stealShare: shareOf(before, after),
  };
  return noiseOf(looks);
}

function gapsOf(): number[] {
  const gaps: number[] = [];
  const end = performance.now() + LOOK_MS;
  let last = performance.now();
  while (last < end && gaps.length < GAPS_MAX) {
    const now = performance.now();
    if (now - last >= STILL_MS) gaps.push(now - last);
    last = now;
  }
  return gaps;
}

async function timerErrors(): Promise<number[]> {
  const errors: number[] = [];
  for (let i = 0; i < TIMERS; i++) {
    const due = performance.now() + TIMER_MS;
    await new Promise((resolve) => setTimeout(resolve, TIMER_MS));
    errors.push(Math.max(0, performance.now() - due));
  }
  return errors;
}

/** Ticks of all processors so far: those of other machines, and all. */
interface Ticks {
  readonly stolen: number;
  readonly all: number;
}

/** From the first line of /proc/stat (proc(5)): user nice system idle iowait irq softirq steal … */
function stealTicks(): Ticks | null {
  try {
    const [line] = Deno.readTextFileSync("/proc/stat").split("\n", 1);
    const ticks = line!.trim().split(/\s+/).slice(1, 9).map(Number);
    const all = ticks.reduce((sum, count) => sum + count, 0);
    return Number.isFinite(all) ? { stolen: ticks[7] ?? 0, all } : null;
  } catch {
    return null;
  }
}

function shareOf(before: Ticks | null, after: Ticks | null): number | null {
  if (before === null || after === null) return null;
  const all = after.all - before.all;
  return all <= 0 ? null : (after.stolen - before.stolen) / all;
}
