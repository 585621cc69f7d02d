import { atMost, type Bench, plain, type Row } from "../rows.ts";
import { startTarget } from "../servers.ts";
import type { Job } from "./contender.ts";
import { karContender } from "./kar.ts";
import { karContenders } from "./pacing.ts";
import { medianOf, type Reading } from "./reading.ts";
import { gridRows, type Readings, sit, type Sitting } from "./sitting.ts";

const ROUNDS = 5;
const WIRE = { protocol: "http", client: "wire" } as const;

/** Whether the first second is as good as the tenth. */
export const COLD_START: Bench = {
  name: "cold-start",
  about: "the first second at 20,000/s, ramp 0, one core",
  run: async (around) => {
    const { pinned, options, say } = around;
    const target = await startTarget(pinned);
    try {
      const job: Job = {
        way: WIRE,
        url: target.http,
        ratePerSec: options.rates?.[0] ?? 20_000,
        seconds: 1,
        pinned,
        serverPid: target.pid,
      };
      const cold = (await karContenders(around, null))
        .filter(({ isPoisson }) => isPoisson);
      const readings = await sit(cold, job, sitting(options.rounds, say));
      return [
        ...gridRows("cold-start", "the first second from cold", readings),
        ...limits("cold-start", readings, [
          ["missed", "%", 0, (r) => r.missedPercent],
          ["response p99", "µs", 30_000, (r) => r.response.p99],
          ["connections", "", 500, (r) => r.connections],
        ]),
      ];
    } finally {
      await target.stop();
    }
  },
};

/** More than one thread can send. */
export const TWO_WORKERS: Bench = {
  name: "two-workers",
  about: "40,000/s from two workers on all cores, to two nginx workers",
  run: async (around) => {
    const { options, say } = around;
    const target = await startTarget(false, 2);
    try {
      const job: Job = {
        way: WIRE,
        url: target.http,
        ratePerSec: options.rates?.[0] ?? 40_000,
        seconds: options.seconds ?? 6,
        pinned: false,
        serverPid: target.pid,
      };
      const two = await karContenders(around, 2);
      const one = karContender("kar, 1 worker", {
        path: await around.kar(),
        pacing: null,
        workers: 1,
        from: "cold",
      });
      const readings = await sit([...two, one], job, {
        ...sitting(options.rounds, say),
      });
      return [
        ...gridRows("two-workers", "two workers, any core", readings),
        ...limits("two-workers", readings, [
          ["missed", "%", 0, (r) => r.missedPercent],
          ["lag p90", "µs", 1000, (r) => r.lag.p90],
        ]),
      ];
    } finally {
      await target.stop();
    }
  },
};

function sitting(rounds: number | null, say: Sitting["say"]): Sitting {
  return { rounds: rounds ?? ROUNDS, witness: null, say };
}

type Limit = readonly [
  what: string,
  unit: string,
  limit: number,
  of: (reading: Reading) => number | null,
];

/** kar's own figures beside the numbers to hold. */
function limits(
  bench: string,
  readings: Readings,
  wanted: readonly Limit[],
): Row[] {
  return [...readings].flatMap(([name, all]) =>
    wanted.map(([what, unit, limit, of]) => {
      const value = medianOf(all, of);
      const row = { bench, what: `${name}: ${what}`, value, unit };
      return name === "kar" ? atMost(row, limit) : plain(row);
    })
  ).filter(({ goal }) => goal !== "");
}
