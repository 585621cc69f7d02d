import type { Selector, Unit } from "./words.ts";

/** What can be held against a limit. */
export interface MeasureSpec {
  /** In which its limit may be given; the first is the one to suggest. */
  readonly units: readonly Unit[];
  /** What stands behind the dot. */
  readonly part: "statistic" | "codes" | "proof" | null;
  /** By what it is counted apart. */
  readonly by: readonly Selector[];
  /** Where it is not kept kar fell short, and not the target. */
  readonly isOfKar: boolean;
  readonly about: string;
}

const PARTS: readonly Selector[] = ["phase", "target", "step", "scenario"];
const BY_SECOND: readonly Selector[] = ["phase", "scenario"];
const DURATION = { units: ["ms"], part: "statistic", isOfKar: false } as const;
const SHARE = { units: ["share"], part: null, isOfKar: false } as const;
const COUNT = {
  units: ["count", "share"],
  part: null,
  isOfKar: false,
} as const;

const ROWS = {
  response: { ...DURATION, by: PARTS, about: "intended instant to answer" },
  service: { ...DURATION, by: PARTS, about: "sent to answer" },
  ttfb: { ...DURATION, by: BY_SECOND, about: "sent to first byte" },
  connect: { ...DURATION, by: BY_SECOND, about: "opening a connection" },
  lag: {
    ...DURATION,
    by: BY_SECOND,
    isOfKar: true,
    about: "intended instant to sent",
  },
  recovery: {
    ...DURATION,
    by: ["target"],
    about: "end of a spike until all is as before it",
  },
  errors: {
    ...SHARE,
    by: [...PARTS, "status"],
    about: "failed, of those completed",
  },
  status: { ...SHARE, part: "codes", by: PARTS, about: "with such a code" },
  achieved: { ...SHARE, by: PARTS, isOfKar: true, about: "sent, of those due" },
  missed: { ...COUNT, by: PARTS, about: "due and not sent" },
  sent: { ...COUNT, by: PARTS, about: "sent" },
  rate: {
    units: ["perSec"],
    part: null,
    by: PARTS,
    isOfKar: false,
    about: "sent a second",
  },
  proof: {
    units: ["proof"],
    part: "proof",
    by: [],
    isOfKar: true,
    about: "what is proved of the sending",
  },
} as const satisfies Readonly<Record<string, MeasureSpec>>;

/** The name of a measure. */
export type MeasureName = keyof typeof ROWS;

/** Every measure, one row each. */
export const MEASURES: Readonly<Record<MeasureName, MeasureSpec>> = ROWS;

/** Names of all measures. */
export const MEASURE_NAMES = Object.keys(ROWS) as readonly MeasureName[];

/** Whether there is a measure of this name. */
export function isMeasure(name: string): name is MeasureName {
  return Object.hasOwn(ROWS, name);
}
