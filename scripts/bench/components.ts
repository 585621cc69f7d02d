import process from "node:process";
import {
  EventLog,
  type Pattern,
  SlotShape,
  STREAM,
  Traffic,
  Wander,
} from "../../src/pattern/mod.ts";
import { SLOT_MS, streamKey } from "../../src/base/mod.ts";
import { constantPlan } from "./plans.ts";
import { median } from "./process.ts";
import { atMost, type Bench } from "./rows.ts";

const ROUNDS = 5;
const SLOTS = 1_000_000;
const START = 17_600_000_000;

/** What drift and bursts cost for a slot, beside a pattern without them. */
export const COMPONENTS: Bench = {
  name: "components",
  about: "what drift and bursts cost for each slot",
  run: ({ say }) => {
    say("components: a million slots each");
    const { pattern } = constantPlan(
      { url: "http://127.0.0.1/", protocol: "http", client: "fetch" },
      { base: 100, pacing: "normal", inFlight: 1 },
    );
    const alone = nsEach(() => walk(pattern));
    const path = new Wander(540_000, streamKey(pattern.seed, STREAM.drift));
    const burst = { slow: 0.75, mid: 0.65, fast: 0.85 };
    const shape = new SlotShape(burst.fast, pattern.seed);
    const rows = [
      ["a drift", nsEach(() => drift(path)), 100],
      ["bursts", nsEach(() => walk({ ...pattern, burst })) - alone, 1000],
      [
        "bursts inside, where a slot has arrivals",
        nsEach(() => inside(shape)),
        2500,
      ],
    ] as const;
    return Promise.resolve(
      rows.map(([what, value, most]) =>
        atMost({
          bench: "components",
          what: `${what}, a slot`,
          value,
          unit: "ns",
        }, most)
      ),
    );
  },
};

function nsEach(run: () => void): number {
  run();
  return median(Array.from({ length: ROUNDS }, () => {
    const started = process.cpuUsage().user;
    run();
    return (process.cpuUsage().user - started) * 1000 / SLOTS;
  }));
}

function walk(pattern: Pattern): void {
  const events = new EventLog();
  events.append({ slot: START, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([pattern], events);
  for (let slot = START; slot < START + SLOTS; slot++) traffic.rateAt(slot);
}

/** A drift as the rate has it, slot by slot. */
function drift(path: Wander): void {
  let sum = 0;
  for (let slot = START; slot < START + SLOTS; slot++) {
    sum += Math.exp(0.2 * path.at((slot + 0.5) * SLOT_MS) - 0.02);
  }
  if (!(sum > 0)) throw new Error("no drift");
}

/** Ten arrivals in each slot. */
function inside(shape: SlotShape): void {
  for (let slot = START; slot < START + SLOTS; slot++) {
    for (let i = 0; i < 10; i++) shape.placeOf(slot, i / 10);
  }
}
