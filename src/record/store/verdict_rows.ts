import type { DatabaseSync, StatementSync } from "node:sqlite";
import type {
  RecoveryResult,
  SpikeRecovery,
  TargetRecovery,
  ThresholdSnapshot,
} from "../../threshold/mod.ts";
import type { StoredMoment } from "../meta.ts";
import { hasTable } from "./database.ts";

/** Spikes that a run's own report has; its record keeps more. */
const SPIKES_REPORTED = 1000;
/** Rows of spikes that a record holds; the oldest go first. */
const SPIKE_ROWS_MAX = 100_000;

/**
 * Writes the results of a run as rows: spikes, of which a long run has too many
 * to write all of them each second, and thresholds. The caller holds the
 * transaction.
 */
export class VerdictRows {
  readonly #db: DatabaseSync;
  readonly #lastSpike: StatementSync;
  readonly #spike: StatementSync;
  readonly #threshold: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#lastSpike = db.prepare(
      "SELECT max(start_ms) AS start FROM spike WHERE run = ?",
    );
    this.#spike = db.prepare(
      "INSERT OR REPLACE INTO spike VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#threshold = db.prepare(
      "INSERT OR REPLACE INTO threshold VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    );
  }

  /** Puts what has changed in the place of what was there. */
  set(run: number, { recovery, verdict }: StoredMoment): void {
    this.#setSpikes(run, recovery.spikes);
    verdict.thresholds.forEach((each, place) =>
      this.#setThreshold(run, place, each)
    );
    this.#db.prepare("DELETE FROM threshold WHERE run = ? AND place >= ?")
      .run(run, verdict.thresholds.length);
  }

  /** Removes what exceeds the bounds. */
  tidy(): void {
    this.#db.exec(
      `DELETE FROM spike WHERE start_ms <= (SELECT start_ms FROM spike
         ORDER BY start_ms DESC LIMIT 1 OFFSET ${SPIKE_ROWS_MAX})`,
    );
  }

  /** The results of spikes before the last one do not change any more. */
  #setSpikes(run: number, spikes: readonly SpikeRecovery[]): void {
    if (spikes.length === 0) return;
    const last = this.#lastSpike.get(run)?.start ?? -Infinity;
    for (const { startMs, endMs, factor, targets } of spikes) {
      if (startMs < Number(last)) continue;
      const all = targets.length === 0 ? [NOBODY] : targets;
      all.forEach(({ target, result, ms, baselineP95Ms }, place) => {
        const came = [result, ms, baselineP95Ms] as const;
        this.#spike.run(run, startMs, place, target, endMs, factor, ...came);
      });
    }
  }

  #setThreshold(
    run: number,
    place: number,
    { threshold, result, value, why, breachedMs }: ThresholdSnapshot,
  ): void {
    const { text, action } = threshold;
    const came = [result, value, why, breachedMs] as const;
    this.#threshold.run(run, place, text, action, ...came);
  }
}

const NOBODY: TargetRecovery = {
  target: "",
  result: "unknown",
  ms: null,
  baselineP95Ms: null,
};

/** Spikes that began from an instant of plan time until before another, in milliseconds; null = an older kar kept no rows. */
export function spikesIn(
  db: DatabaseSync,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): SpikeRecovery[] | null {
  if (!hasTable(db, "spike")) return null;
  return spikesOf(
    db.prepare(
      `SELECT * FROM spike WHERE start_ms >= ? AND start_ms < ?
         ORDER BY start_ms, run, place`,
    ).iterate(fromMs, toMs),
  );
}

/** The last spikes of a run, as its own report has them; empty where there are no rows. */
export function lastSpikesIn(db: DatabaseSync, run: number): SpikeRecovery[] {
  if (!hasTable(db, "spike")) return [];
  const firsts = db.prepare(
    `SELECT DISTINCT start_ms FROM spike WHERE run = ?
       ORDER BY start_ms DESC LIMIT ${SPIKES_REPORTED}`,
  ).all(run);
  if (firsts.length === 0) return [];
  return spikesOf(
    db.prepare(
      `SELECT * FROM spike WHERE run = ? AND start_ms >= ?
         ORDER BY start_ms, place`,
    ).iterate(run, Number(firsts.at(-1)!.start_ms)),
  );
}

function spikesOf(rows: Iterable<Record<string, unknown>>): SpikeRecovery[] {
  const spikes: (SpikeRecovery & { readonly run: unknown })[] = [];
  for (const row of rows) {
    const startMs = row.start_ms as number;
    const last = spikes.at(-1);
    const isSame = last?.startMs === startMs && last.run === row.run;
    const targets = row.target === "" ? [] : [targetOf(row)];
    if (isSame) {
      spikes[spikes.length - 1] = {
        ...last,
        targets: [...last.targets, ...targets],
      };
      continue;
    }
    const [endMs, factor] = [row.end_ms as number, row.factor as number];
    spikes.push({ run: row.run, startMs, endMs, factor, targets });
  }
  return spikes.map(({ run: _, ...spike }) => spike);
}

function targetOf(row: Record<string, unknown>): TargetRecovery {
  return {
    target: row.target as string,
    result: row.result as RecoveryResult,
    ms: row.recovery_ms as number | null,
    baselineP95Ms: row.baseline_p95_ms as number | null,
  };
}
