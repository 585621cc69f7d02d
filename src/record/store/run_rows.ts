import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Change } from "../../pattern/mod.ts";
import { slotOf } from "../../base/mod.ts";
import type { HeldPlan } from "../../plan/mod.ts";
import type { SpikeRecovery } from "../../threshold/mod.ts";
import {
  controlOf,
  type Ending,
  momentOf,
  momentText,
  planOf,
  type RunMeta,
  type StoredMoment,
  type StoredSample,
} from "../meta.ts";
import { hasTable } from "./database.ts";
import { PlanRows } from "./plan_rows.ts";
import { lastSpikesIn, VerdictRows } from "./verdict_rows.ts";
import { deflated, inflated } from "./row_text.ts";

/** Lines of the log that a record holds; the oldest go first. */
const NOTES_MAX = 10_000;
/** Changes that it holds; the oldest go first. */
const CHANGES_KEPT_MAX = 100_000;

/** A line of the log. */
export interface Note {
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number;
  readonly level: string;
  readonly text: string;
}

/** Writes what is known of a run besides its intervals. The caller holds the transaction. */
export class RunRows {
  readonly #db: DatabaseSync;
  readonly #moment: StatementSync;
  readonly #event: StatementSync;
  readonly #note: StatementSync;
  readonly #verdict: VerdictRows;
  readonly #plans: PlanRows;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#moment = db.prepare("UPDATE run SET moment = ? WHERE run = ?");
    this.#event = db.prepare("INSERT OR REPLACE INTO event VALUES (?, ?)");
    this.#verdict = new VerdictRows(db);
    this.#plans = new PlanRows(db);
    this.#note = db.prepare("INSERT INTO note VALUES (NULL, ?, ?, ?)");
  }

  /** Begins a run; returns its number. */
  begin({ machine, fleet, plan, before, ...meta }: RunMeta): number {
    this.#plans.add({ slot: slotOf(meta.startMs), plan });
    const { lastInsertRowid } = this.#db.prepare(
      `INSERT INTO run (run_id, kar, machine, plan_id, plan, part, parts,
         start_ms, begun_ms, before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      meta.runId,
      meta.kar,
      JSON.stringify({ ...machine, fleet }),
      plan.planId,
      JSON.stringify(plan),
      meta.part,
      meta.parts,
      meta.startMs,
      meta.begunMs,
      before === null ? null : JSON.stringify(before),
    );
    return Number(lastInsertRowid);
  }

  setMoment(run: number, moment: StoredMoment): void {
    this.#verdict.set(run, moment);
    const recovery = { ...moment.recovery, spikes: [] };
    this.#moment.run(momentText({ ...moment, recovery }), run);
  }

  /** Another plan has taken over. */
  setPlan(run: number, held: HeldPlan): void {
    const { plan } = held;
    this.addPlan(held);
    this.#db.prepare("UPDATE run SET plan_id = ?, plan = ? WHERE run = ?")
      .run(plan.planId, JSON.stringify(plan), run);
  }

  end(run: number, ending: Ending, endedMs: number): void {
    const bytes = new TextEncoder().encode(JSON.stringify(ending));
    this.#db.prepare("UPDATE run SET final = ?, ended_ms = ? WHERE run = ?")
      .run(deflated(bytes), endedMs, run);
  }

  addPlan(held: HeldPlan): void {
    this.#plans.add(held);
  }

  addChange({ slot, control }: Change): void {
    this.#event.run(slot, JSON.stringify(control));
  }

  addNote({ atMs, level, text }: Note): void {
    this.#note.run(atMs, level, text);
  }

  /** Puts the samples of a run in the place of those that were there. */
  setSamples(run: number, samples: readonly StoredSample[]): void {
    this.#db.prepare("DELETE FROM sample WHERE run = ?").run(run);
    const insert = this.#db.prepare(
      "INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    samples.forEach((sample, place) =>
      insert.run(
        run,
        place,
        sample.why,
        sample.target,
        sample.intendedMs,
        sample.responseMs,
        sample.serviceMs,
        sample.kind,
        sample.code,
        sample.reason,
        sample.body,
        sample.rank,
        sample.trace,
      )
    );
  }

  /** Removes what exceeds the bounds. */
  tidy(): void {
    this.#verdict.tidy();
    this.#plans.tidy();
    this.#db.exec(
      `DELETE FROM note
         WHERE note <= (SELECT max(note) FROM note) - ${NOTES_MAX};
       DELETE FROM event WHERE slot IN (SELECT slot FROM event
         ORDER BY slot DESC LIMIT -1 OFFSET ${CHANGES_KEPT_MAX})`,
    );
  }
}

/** What a record says of a process that wrote it. */
export interface RunRow extends RunMeta {
  /** Wall clock; null = it still writes, or was killed. */
  readonly endedMs: number | null;
  /** As it was last; null = nothing was written after its start. */
  readonly moment: StoredMoment | null;
}

/** The processes that wrote a record, the first one first. */
export function runsIn(db: DatabaseSync): RunRow[] {
  const rows = db.prepare(
    `SELECT run, run_id, kar, machine, plan, part, parts, start_ms, begun_ms,
       ended_ms, before, moment FROM run ORDER BY run`,
  ).all();
  return rows.map((row) => ({
    runId: row.run_id as string,
    kar: row.kar as string,
    ...machineOf(row.machine as string),
    plan: planOf(row.plan as string),
    part: row.part as number,
    parts: row.parts as number,
    startMs: row.start_ms as number,
    begunMs: row.begun_ms as number,
    endedMs: row.ended_ms as number | null,
    before: row.before === null ? null : JSON.parse(row.before as string),
    moment: row.moment === null
      ? null
      : withSpikes(momentOf(row.moment as string), () =>
        lastSpikesIn(db, row.run as number)),
  }));
}

/** Where a process ran, and the run of a fleet that it had there, if any. */
function machineOf(text: string): Pick<RunMeta, "machine" | "fleet"> {
  const { fleet, ...machine } = JSON.parse(text);
  return { machine, ...(fleet !== undefined && { fleet }) };
}

/** Spikes have rows of their own; those of an older kar stand in the moment. */
function withSpikes(
  moment: StoredMoment,
  read: () => SpikeRecovery[],
): StoredMoment {
  const { recovery } = moment;
  if (recovery.spikes.length > 0) return moment;
  return { ...moment, recovery: { ...recovery, spikes: read() } };
}

/** What the last process knew at its end; null = it has not ended. */
export function endingIn(db: DatabaseSync): Ending | null {
  const row = db.prepare("SELECT final FROM run ORDER BY run DESC LIMIT 1")
    .get();
  if (!(row?.final instanceof Uint8Array)) return null;
  return JSON.parse(new TextDecoder().decode(inflated(row.final)));
}

/** Changes of plan by operators and breaker within some slots, the first one first. */
export function changesIn(
  db: DatabaseSync,
  fromSlot: number,
  toSlot: number,
): Change[] {
  const rows = db.prepare(
    "SELECT slot, control FROM event WHERE slot >= ? AND slot < ? ORDER BY slot",
  ).all(fromSlot, toSlot);
  return rows.map(({ slot, control }) => ({
    slot: slot as number,
    control: controlOf(JSON.parse(control as string)),
  }));
}

/** Plan time of the last process when it was last told; null = it never was. */
export function countedToMs(db: DatabaseSync): number | null {
  const row = db.prepare(
    `SELECT json_extract(moment, '$.nowMs') AS now FROM run
     WHERE moment IS NOT NULL ORDER BY run DESC LIMIT 1`,
  ).get();
  return row === undefined ? null : Number(row.now);
}

/** The samples of the last process, in their order. */
export function samplesIn(db: DatabaseSync): StoredSample[] {
  if (!hasTable(db, "sample")) return [];
  const rows = db.prepare(
    "SELECT * FROM sample WHERE run = (SELECT max(run) FROM run) ORDER BY place",
  ).all();
  return rows.map((row) => ({
    why: row.why as StoredSample["why"],
    target: row.target as string,
    intendedMs: row.intended_ms as number,
    responseMs: row.response_ms as number,
    serviceMs: row.service_ms as number,
    kind: row.kind as StoredSample["kind"],
    code: row.code as number | null,
    reason: row.reason as string,
    body: row.body as string | null,
    rank: row.rank as number,
    // Older records have none.
    trace: (row.trace ?? null) as string | null,
  }));
}

/** The lines of the log, the first one first. */
export function notesIn(db: DatabaseSync): Note[] {
  const rows = db.prepare("SELECT * FROM note ORDER BY note").all();
  return rows.map(({ at_ms, level, text }) => ({
    atMs: at_ms as number,
    level: level as string,
    text: text as string,
  }));
}
