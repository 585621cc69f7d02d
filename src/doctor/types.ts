/** How well the machine, or something on the way, is up to a run. */
export type Fitness = "fit" | "tight" | "unfit";

/** One thing that was looked at. */
export interface DoctorFinding {
  readonly name: string;
  readonly fitness: Fitness;
  /** What was found, with its figure. */
  readonly text: string;
  /** What to do about it; null = nothing. */
  readonly advice: string | null;
}

/** How still a machine stands, and how late it wakes. */
export interface NoiseFloor {
  readonly lookedMs: number;
  /** The longest time for which it stood still. */
  readonly longestMs: number;
  /** Share of the time in which it stood still for long enough to be seen. */
  readonly stillShare: number;
  /** Lateness of timers: median and worst. */
  readonly timerP50Ms: number;
  readonly timerMaxMs: number;
  /** Share of the processors' time that other machines took; null = not told. */
  readonly stealShare: number | null;
}

/** What the plan wants of the machine. */
export interface PlanNeeds {
  /** Highest rate of the plan, requests a second; of journeys, of their steps. */
  readonly rate: number;
  readonly connections: number;
  /** Requests after which each connection is replaced; null = never. */
  readonly perConnection: number | null;
}

/** Everything that was measured; null = this system does not tell. */
export interface MachineMeasure {
  readonly wanted: PlanNeeds;
  readonly noise: NoiseFloor;
  /** Requests a second that were sent to itself. */
  readonly ownRate: number;
  readonly descriptors: number | null;
  readonly ports: number | null;
  readonly freeMemoryBytes: number | null;
  readonly clock: {
    /** By how much the wall clock went off the monotonic one meanwhile. */
    readonly stepMs: number;
    readonly isSynchronized: boolean | null;
  };
  readonly disk: { readonly path: string; readonly freeBytes: number } | null;
  /** Null = the plan serves none. */
  readonly metrics:
    | { readonly address: string; readonly isFree: boolean }
    | null;
  readonly targets: readonly {
    readonly name: string;
    readonly isOk: boolean;
    readonly text: string;
    /** Takes any certificate. */
    readonly isInsecure: boolean;
  }[];
}
