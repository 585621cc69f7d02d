import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  above,
  below,
  floorTo,
  KEPT_SEC,
  LAW_KEPT_SEC,
  type Level,
  LEVELS,
  type Rung,
} from "../ladder/mod.ts";
import { LADDER_TABLES, LAW_PREFIX } from "./schema.ts";

/** Seconds after which hardly anything is counted late any more. */
const LATE_SEC = 2;
/** Seconds of a level that are removed at once, so that a transaction stays short. */
const PRUNED_AT_ONCE_SEC = 3600;

const LONGEST = LEVELS.at(-1)!;

/** An interval of a level. */
export interface DueInterval {
  readonly level: Level;
  readonly from: number;
}

/**
 * Which intervals of each level are there. A level holds all that begin within
 * its rung, and none beside it:
 *
 *   1 s                            ├──────▶ now
 *   10 s              ├───────────────────▶ what is over
 *   1 min   ├────────────────────────────▶
 *           ▲ removed in time
 */
export class Ladder {
  readonly #rungs = new Map<Level, { from: number; to: number }>();
  readonly #save: StatementSync;
  readonly #firsts: readonly StatementSync[];
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#save = db.prepare("INSERT OR REPLACE INTO ladder VALUES (?, ?, ?)");
    this.#firsts = ["timeline", "generator"].map((table) =>
      db.prepare(
        `SELECT min(t) AS t FROM ${table} WHERE level = ? AND t >= ? AND t < ?`,
      )
    );
    this.forget();
  }

  /** Reads it anew: a transaction that failed may have moved it. */
  forget(): void {
    this.#rungs.clear();
    for (const rung of rungsIn(this.#db)) {
      this.#rungs.set(rung.level, { from: rung.from, to: rung.to });
    }
  }

  /** Takes over what is there of each level. */
  restore(rungs: readonly Rung[]): void {
    for (const { level, from, to } of rungs) this.#set(level, { from, to });
  }

  /** Makes room for an instant. */
  reach(t: number): void {
    if (this.#rungs.size === 0) {
      // Before it nothing is left out, at any level.
      const from = floorTo(t, LONGEST);
      for (const level of LEVELS) {
        this.#set(level, { from, to: level === 1 ? t + 1 : floorTo(t, level) });
      }
    }
    const seconds = this.#of(1);
    if (t >= seconds.to) this.#set(1, { ...seconds, to: t + 1 });
    if (t < this.#of(LONGEST).from) this.#reachBack(t);
  }

  /** The levels that an instant is written to: its second, and longer intervals that were made before. */
  levelsAt(t: number): Level[] {
    return LEVELS.filter((level) => {
      const { from, to } = this.#of(level);
      const start = floorTo(t, level);
      return start >= from && start < to;
    });
  }

  /** The next interval that is over by an instant and was not made yet. */
  next(t: number): DueInterval | undefined {
    for (const level of LEVELS.slice(1)) {
      const rung = this.#of(level);
      const shorter = below(level)!;
      const over = Math.min(t - LATE_SEC, this.#of(shorter).to);
      const bound = floorTo(over, level);
      if (rung.to >= bound) continue;
      const first = this.#firstIn(shorter, rung.to, bound);
      if (first !== undefined) return { level, from: floorTo(first, level) };
      this.#set(level, { ...rung, to: bound });
    }
    return undefined;
  }

  /** Says that an interval was made. */
  made({ level, from }: DueInterval): void {
    this.#set(level, { ...this.#of(level), to: from + level });
  }

  /** Removes what is older than its level is kept, some of it at a time. */
  prune(t: number): void {
    if (this.#rungs.size === 0) return;
    for (const level of LEVELS) this.#removeBefore(level, t - KEPT_SEC[level]);
    this.#removeLaws(t - LAW_KEPT_SEC);
  }

  /**
   * Removes the oldest intervals of the level that takes most room.
   *
   * @returns what was removed; undefined = nothing can be
   */
  shed(): DueInterval | undefined {
    const levels = [...LEVELS].sort((a, b) => this.#bytes(b) - this.#bytes(a));
    for (const level of levels) {
      const { from, to } = this.#of(level);
      if (this.#removeBefore(level, Math.min(from + 24 * 3600, to))) {
        return { level, from: this.#of(level).from };
      }
    }
    return undefined;
  }

  /** Gaps of what a day holds by now; a day of them at most, since there may be many rows. */
  #removeLaws(t: number): void {
    const made = Math.min(t, this.#of(LONGEST).to);
    for (const level of LEVELS.filter((level) => level < LONGEST)) {
      this.#db.prepare(
        `DELETE FROM whole WHERE level = ? AND t >= ? AND t < ?
           AND kind LIKE '${LAW_PREFIX}%'`,
      ).run(level, made - LONGEST, made);
    }
  }

  /** Never before a longer level holds it, but for the longest. */
  #removeBefore(level: Level, t: number): boolean {
    const rung = this.#of(level);
    const longer = above(level);
    const end = longer === undefined ? rung.to : this.#of(longer).to;
    const most = Math.max(PRUNED_AT_ONCE_SEC, longer ?? 24 * level);
    const first = this.#firstIn(level, rung.from, rung.to) ?? rung.to;
    const bound = floorTo(Math.min(t, end, first + most), longer ?? level);
    if (!(bound > rung.from)) return false;
    for (const table of LADDER_TABLES) {
      this.#db.prepare(`DELETE FROM ${table} WHERE level = ? AND t < ?`)
        .run(level, bound);
    }
    this.#set(level, { ...rung, from: bound });
    return true;
  }

  #bytes(level: Level): number {
    const row = this.#db.prepare(
      `SELECT sum(100 + ifnull(length(response), 0)
         + ifnull(length(service), 0)) AS bytes FROM step WHERE level = ?`,
    ).get(level);
    return Number(row?.bytes ?? 0);
  }

  /** Plan time went back behind all that is there: levels that still hold their beginning get a new one. */
  #reachBack(t: number): void {
    const { from } = this.#of(LONGEST);
    for (const level of LEVELS) {
      const rung = this.#of(level);
      if (rung.from !== from) continue;
      this.#set(level, { ...rung, from: floorTo(t, LONGEST) });
    }
  }

  #firstIn(level: Level, from: number, to: number): number | undefined {
    const firsts = this.#firsts
      .map((statement) => statement.get(level, from, to)?.t)
      .filter((t): t is number => typeof t === "number");
    return firsts.length === 0 ? undefined : Math.min(...firsts);
  }

  #of(level: Level): { readonly from: number; readonly to: number } {
    return this.#rungs.get(level)!;
  }

  #set(level: Level, rung: { from: number; to: number }): void {
    this.#rungs.set(level, rung);
    this.#save.run(level, rung.from, rung.to);
  }
}

/** Where the first interval begins that was over by an instant; Infinity = there is none. */
export function firstBefore(db: DatabaseSync, t: number): number {
  const firsts = ["timeline", "generator"].flatMap((table) => {
    const first = db.prepare(
      `SELECT min(t) AS t FROM ${table} WHERE level = ? AND t <= ?`,
    );
    return LEVELS.map((level) => first.get(level, t - level)?.t ?? Infinity);
  });
  return Math.min(...firsts.map(Number));
}

/** What a record holds of each level, by rising level. */
export function rungsIn(db: DatabaseSync): Rung[] {
  const rows = db.prepare("SELECT * FROM ladder ORDER BY level").all();
  return withLongest(rows.map((row) => ({
    level: row.level as Level,
    from: row.from_t as number,
    to: row.to_t as number,
  })));
}

/**
 * Records of older kars end with a level of an hour: of longer ones they have
 * none yet, and before their first hour there is nothing at any level.
 */
function withLongest(rungs: readonly Rung[]): Rung[] {
  const longest = rungs.at(-1);
  if (longest === undefined || longest.level === LONGEST) return [...rungs];
  const from = floorTo(longest.from, LONGEST);
  const begun = rungs.map((rung) =>
    rung.from === longest.from ? { ...rung, from } : rung
  );
  return [...begun, { level: LONGEST, from, to: from }];
}
