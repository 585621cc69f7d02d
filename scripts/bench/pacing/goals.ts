import { atMost, plain, type Row } from "../rows.ts";
import { medianOf, medianRatio, type Reading } from "./reading.ts";
import { DISTURBED_PERCENT_MAX, type Readings } from "./sitting.ts";

/** A number to hold, of default pacing on one core with HTTP/1.1. */
interface Goal {
  readonly what: string;
  readonly unit: string;
  readonly limit: number;
  /** Null = every rate. */
  readonly ratePerSec: number | null;
  /** Whom kar is beside; absent = nobody. */
  readonly peer?: string;
  /** Null = there is nothing to judge. */
  readonly value: (readings: Readings) => number | null;
}

const KAR = "kar";
/** Kolmogorov–Smirnov at one percent for 6,000 gaps: 1.628/√n. */
const KS_LIMIT = 0.021;
/** A client whose service time is this many times that of another is in a hurry itself. */
const HURRIED = 2;

const own = (of: (reading: Reading) => number | null) => (all: Readings) =>
  medianOf(all.get(KAR) ?? [], of);
const beside =
  (peer: string, of: (reading: Reading) => number | null) => (all: Readings) =>
    medianRatio(all.get(KAR) ?? [], all.get(peer) ?? [], of);
const service = (reading: Reading) => reading.service.p50;

/** Over the Go client's, unless that is held up on the one core, too. */
function besideGo(all: Readings): number | null {
  const [go, c] = ["Go client", "C client"].map((name) =>
    medianOf(all.get(name) ?? [], service)
  );
  const isHurried = go !== null && c !== null && go! > HURRIED * c!;
  return isHurried ? null : beside("Go client", service)(all);
}

const GOALS: readonly Goal[] = [
  ...[1000, 5000, 20_000].map((ratePerSec): Goal => ({
    what: "service p50 over the Go client's",
    unit: "×",
    limit: ratePerSec < 20_000 ? 1.35 : 1.5,
    ratePerSec,
    peer: "Go client",
    value: besideGo,
  })),
  {
    what: "service p50 over the C client's",
    unit: "×",
    limit: 2,
    ratePerSec: null,
    peer: "C client",
    value: beside("C client", service),
  },
  {
    what: "response p50 over oha's",
    unit: "×",
    limit: 1.2,
    ratePerSec: null,
    peer: "oha",
    value: beside("oha", ({ response }) => response.p50),
  },
  lag(1000, 50, 5),
  lag(1000, 90, 60),
  lag(5000, 50, 10),
  {
    what: "CPU",
    unit: "% of a core",
    limit: 4,
    ratePerSec: 100,
    value: own(({ corePercent }) => corePercent),
  },
  ...[{ ratePerSec: 1000, limit: 180 }, { ratePerSec: 5000, limit: 110 }]
    .map((at): Goal => ({
      what: "CPU a request, start included",
      unit: "µs",
      ...at,
      value: own(({ usPerRequest }) => usPerRequest),
    })),
  {
    what: "CPU a request over oha's",
    unit: "×",
    limit: 1.4,
    ratePerSec: 20_000,
    peer: "oha",
    value: beside("oha", ({ usPerRequest }) => usPerRequest),
  },
  ...[{ ratePerSec: 1000, limit: 125 }, { ratePerSec: 20_000, limit: 140 }]
    .map((at): Goal => ({
      what: "memory",
      unit: "MB",
      ...at,
      value: own(({ memoryMb }) => memoryMb),
    })),
  {
    what: "missed from cold",
    unit: "%",
    limit: 0,
    ratePerSec: 20_000,
    value: own(({ missedPercent }) => missedPercent),
  },
  {
    what: "Kolmogorov–Smirnov D of 6,000 gaps",
    unit: "",
    limit: KS_LIMIT,
    ratePerSec: 1000,
    value: own(({ ks }) => ks),
  },
];

function lag(ratePerSec: number, percent: 50 | 90, limit: number): Goal {
  return {
    what: `lag p${percent}`,
    unit: "µs",
    limit,
    ratePerSec,
    value: own(({ lag }) => percent === 50 ? lag.p50 : lag.p90),
  };
}

/** What was reached of the numbers to hold at a rate. */
export function goalRows(
  bench: string,
  { ratePerSec, isJudged }: {
    readonly ratePerSec: number;
    /** The numbers are to be held with HTTP/1.1 on one core; elsewhere they are for information. */
    readonly isJudged: boolean;
  },
  readings: Readings,
): Row[] {
  return GOALS
    .filter((goal) => (goal.ratePerSec ?? ratePerSec) === ratePerSec)
    .flatMap(({ what, unit, limit, peer, value }) => {
      const names = [KAR, ...peer === undefined ? [] : [peer]];
      const at = `${ratePerSec.toLocaleString("en-US")}/s: ${what}`;
      const row = {
        bench,
        what: names.some(isDisturbed) ? `${at} (disturbed)` : at,
        value: value(readings),
        unit,
      };
      if (row.value === null) return [];
      return [isJudged ? atMost(row, limit) : plain(row)];
    });

  function isDisturbed(name: string): boolean {
    const percent = medianOf(
      readings.get(name) ?? [],
      ({ disturbedPercent }) => disturbedPercent,
    );
    return (percent ?? 0) > DISTURBED_PERCENT_MAX;
  }
}
