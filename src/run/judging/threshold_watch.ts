import type { Layout } from "../../stats/mod.ts";
import { GrowthReader, type Sums } from "../../stats/mod.ts";
import {
  NO_RECOVERY,
  type RecoverySnapshot,
  type SavedVerdict,
  type Threshold,
  type VerdictSnapshot,
} from "../../threshold/mod.ts";
import { type JudgedSecond, Judging } from "../../verdict/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { type Phase, scenarioNames } from "../../pattern/mod.ts";

/** Before the first second. */
const NOTHING_PROVED = {
  law: "not_yet",
  counts: "not_yet",
  lag: "not_yet",
} as const;

/** Options of a `ThresholdWatch`. */
export interface ThresholdWatchOptions {
  readonly layout: Layout;
  /** What this process counts. */
  readonly own: Sums;
  /** What was counted before this process too. */
  readonly all: Sums;
  readonly inForce: { readonly plan: Plan };
  /** The verdict of a predecessor; null = there was none. */
  readonly saved: SavedVerdict | null;
  /** Logs a line that the report has to have, too. */
  readonly warn: (line: string) => void;
  /** Logs a line that the report has in its own form. */
  readonly alarm: (line: string) => void;
  /** Trips the circuit breaker. @returns whether it did */
  readonly trip: (reason: string) => boolean;
  /** Ends the run; null = others decide when it ends. */
  readonly stop: (() => void) | null;
}

/** What is known of a second besides its counts. */
export type Circumstances =
  & Pick<
    JudgedSecond,
    "atMs" | "phase" | "scenario" | "scenarios" | "spike" | "proofs"
  >
  & {
    /** Seconds of the run so far, the last one perhaps not complete. */
    readonly second: number;
    /** Nothing is sent because a person wants it so: that says nothing of the target. */
    readonly isIdle: boolean;
  };

/**
 * Holds a run against its thresholds once a second, and does what they ask for.
 * Judging itself only reads counts.
 */
export class ThresholdWatch {
  readonly #o: ThresholdWatchOptions;
  readonly #judging: Judging;
  readonly #reader: GrowthReader;
  #second = 0;
  /** The result of the last look: there may be a thousand spikes. */
  #recovery = NO_RECOVERY;

  constructor(options: ThresholdWatchOptions) {
    const { own, all, layout } = options;
    this.#o = options;
    this.#judging = new Judging(() => options.inForce.plan.targets);
    this.#reader = new GrowthReader(own.regions[0]!, layout);
    this.#ask();
    for (const region of all.regions) {
      if (own.regions.includes(region) || options.saved === null) continue;
      this.#restore(region, options.saved);
    }
    this.#tellNewWindows(options.saved);
  }

  /** Judges the seconds since the last look; meant for once a second. */
  look(where: Circumstances): void {
    this.#ask();
    for (const broken of this.#take(where)) this.#act(broken);
  }

  /** Judges for the last time, with what came since the last look. */
  end(where: Circumstances): void {
    this.#take(where);
    const seconds = where.isIdle ? 0 : where.second - this.#second;
    this.#judging.end({ ...this.#reader.read(), ...where, seconds });
  }

  /**
   * @returns the thresholds that have just failed
   */
  #take({ second, isIdle, ...rest }: Circumstances): Threshold[] {
    const whole = Math.floor(second);
    const seconds = whole - this.#second;
    if (seconds <= 0) return [];
    this.#second = whole;
    if (isIdle) return [];
    const counts = this.#reader.read();
    const broken = this.#judging.take({ ...counts, ...rest, seconds });
    this.#recovery = this.#judging.recovery();
    return broken;
  }

  /** Others have ended the run for a threshold. */
  stoppedBy(threshold: Threshold): void {
    this.#judging.stop(threshold);
  }

  /** How targets came back from spikes so far. */
  recovery(): RecoverySnapshot {
    return this.#recovery;
  }

  /** As it stands. */
  read(): VerdictSnapshot {
    return this.#judging.read();
  }

  /** What a successor needs to go on. */
  save(): SavedVerdict {
    return this.#judging.save();
  }

  #ask(): void {
    this.#judging.ask(this.#o.inForce.plan.judging);
  }

  #restore(region: Sums["regions"][number], saved: SavedVerdict): void {
    const counts = new GrowthReader(region, this.#o.layout).read();
    const phase: Phase = "baseline";
    const counted = {
      ...counts,
      atMs: 0,
      seconds: 0,
      phase,
      scenario: null,
      scenarios: scenarioNames(this.#o.inForce.plan.pattern),
      spike: 1,
      proofs: NOTHING_PROVED,
    };
    this.#judging.restore(counted, saved);
  }

  /** A window that was under way when the process before ended is not judged. */
  #tellNewWindows(saved: SavedVerdict | null): void {
    const before = new Set(saved?.thresholds.map(({ text }) => text));
    const [first, ...more] = this.#o.inForce.plan.judging?.thresholds.filter(
      ({ text, window }) => window !== null && before.has(text),
    ) ?? [];
    if (first === undefined) return;
    const others = more.length === 0 ? "" : ` and of ${more.length} more`;
    this.#o.warn(
      `The run goes on after a restart: windows of ${first.text}${others} start over there, and none of them includes both what was before and what comes after`,
    );
  }

  #act(threshold: Threshold): void {
    const { alarm, trip, stop } = this.#o;
    const { text, action } = threshold;
    switch (action === "stop" && stop === null ? "fail" : action) {
      case "fail":
      case "warn":
        return this.#tellOnce(text, () => alarm(`Threshold not kept: ${text}`));
      case "stop":
        alarm(`Threshold not kept, the run ends: ${text}`);
        this.#judging.stop(threshold);
        return stop!();
      case "breaker":
        if (trip(`threshold ${text}`)) this.#judging.answered();
    }
  }

  /** A window that breaches again is not reported again. */
  #tellOnce(text: string, tell: () => void): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    tell();
  }

  /** One line for each threshold in the plans of a run. */
  readonly #told = new Set<string>();
}
