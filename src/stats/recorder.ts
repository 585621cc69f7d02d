import {
  CODES,
  FAILURE_KINDS,
  type FailureKind,
  isInRanges,
} from "../protocol/mod.ts";
import type { Exchange, Outcome } from "../transport/mod.ts";
import { cellOf, cellOfWhole, COARSE, FINE, wholeUs } from "./geometry.ts";
import {
  COUNTER,
  GAUGE,
  type HistogramPlace,
  type Layout,
  MOMENT,
  NO_STAMP,
  ROW,
  STEP_ROWS,
  TALLY,
  viewRegion,
} from "./layout.ts";
import { MISSED_REASONS, type MissedReason } from "./snapshot.ts";

const FAILED_CELL = new Map<FailureKind, number>(
  FAILURE_KINDS.map((kind, i) => [kind, TALLY.failed + i]),
);
const MISSED_CELL = new Map<MissedReason, number>(
  MISSED_REASONS.map((reason, i) => [reason, TALLY.missed + i]),
);
const STATUS_CELL = FAILED_CELL.get("status")!;

/**
 * What a worker writes, without allocating and without locks: it is the only
 * writer of its region. It writes in the order due, sent or missed, done, and
 * readers read in the reverse order, so that completed ≤ sent ≤ due in every
 * reading. All cells count mod 2^32.
 *
 * Seconds are those of the run, ten beats each: a jump of the wall clock moves
 * none of them.
 */
export class Recorder {
  /** Signed, since V8 increments these in one step; the reader takes the bits as unsigned. */
  readonly #cells: Int32Array;
  readonly #floats: Float64Array;
  readonly #layout: Layout;
  /** The second that was looked up last, and its row. */
  #second = -1;
  #secondRow = 0;
  #isOk: readonly ((code: number) => boolean)[];

  /** @param isOk for each target, which codes count as success */
  constructor(
    buffer: SharedArrayBuffer,
    layout: Layout,
    isOk: readonly ((code: number) => boolean)[],
  ) {
    const { cells, floats } = viewRegion(buffer, layout);
    const { byteOffset, length } = cells;
    this.#cells = new Int32Array(buffer, byteOffset, length);
    this.#floats = floats;
    this.#layout = layout;
    this.#isOk = isOk;
  }

  /** Judges answers by other rules from now on. */
  judgeBy(isOk: readonly ((code: number) => boolean)[]): void {
    this.#isOk = isOk;
  }

  /** Counts a request that is due. */
  due(target: number, stage: number, second: number): void {
    const cells = this.#cells;
    cells[this.#tally(target, stage) + TALLY.due]!++;
    cells[this.#row(second) + ROW.due]!++;
  }

  /** Counts a request that is due and will not be sent. */
  missed(exchange: Exchange, reason: MissedReason, second: number): void {
    const cells = this.#cells;
    const tally = this.#tally(exchange.target, exchange.stage);
    cells[tally + MISSED_CELL.get(reason)!]!++;
    cells[this.#row(second) + ROW.missed]!++;
  }

  /** Counts a request that was just handed to its client. */
  sent(exchange: Exchange, second: number): void {
    const cells = this.#cells;
    cells[this.#tally(exchange.target, exchange.stage) + TALLY.sent]!++;
    cells[this.#row(second) + ROW.sent]!++;
    this.#record(
      this.#layout.run.sendLag,
      exchange.sentMs - exchange.intendedMs,
    );
  }

  /**
   * Counts the outcome of a sent request.
   *
   * @returns whether it was a success
   */
  done(
    exchange: Exchange,
    outcome: Outcome,
    at: { readonly nowMs: number; readonly second: number },
  ): boolean {
    const isOk = this.#count(exchange, outcome, at.nowMs);
    this.#cells[this.#row(at.second) + (isOk ? ROW.ok : ROW.failed)]!++;
    return isOk;
  }

  #count(exchange: Exchange, outcome: Outcome, nowMs: number): boolean {
    const isOk = outcome.kind === "answer"
      ? this.#answered(exchange, outcome.code)
      : this.#failed(exchange, outcome.failure);
    // What never reached the target says nothing about its speed.
    const isTimed = outcome.kind === "answer" || outcome.failure === "timeout";
    if (isTimed) this.#recordTimes(exchange, nowMs);
    return isOk;
  }

  /** Counts a request of a later step, which is due when it is handed to its client. */
  stepSent(exchange: Exchange): void {
    this.#stepDue(exchange, TALLY.sent);
    this.#record(
      this.#layout.run.sendLag,
      exchange.sentMs - exchange.intendedMs,
    );
  }

  /** Counts a request of a script, whose own time is not lateness of kar's. */
  askedSent(exchange: Exchange): void {
    this.#stepDue(exchange, TALLY.sent);
  }

  /** Counts a request of a step that could not be sent. */
  stepMissed(exchange: Exchange, reason: MissedReason): void {
    this.#stepDue(exchange, MISSED_CELL.get(reason)!);
  }

  /**
   * Counts the outcome of a step's request, which is not an arrival.
   *
   * @returns whether it was a success
   */
  stepDone(exchange: Exchange, outcome: Outcome, nowMs: number): boolean {
    return this.#count(exchange, outcome, nowMs);
  }

  /** Counts a journey whose first request was just handed to its client. */
  journeySent(series: number, stage: number, second: number): void {
    const cells = this.#cells;
    cells[this.#tally(series, stage) + TALLY.sent]!++;
    cells[this.#row(second) + ROW.sent]!++;
  }

  /** Counts a journey that was just handed to its script. */
  scriptSent(arrival: Exchange, second: number): void {
    this.journeySent(arrival.target, arrival.stage, second);
    this.#record(
      this.#layout.run.sendLag,
      arrival.sentMs - arrival.intendedMs,
    );
  }

  /** Counts the outcome of a journey. */
  journeyDone({ series, stage, failure, totalMs, activeMs, second }: {
    readonly series: number;
    readonly stage: number;
    /** null = it has finished. */
    readonly failure: FailureKind | null;
    /** From its instant to its last answer. */
    readonly totalMs: number;
    /** The same without its thinking. */
    readonly activeMs: number;
    readonly second: number;
  }): void {
    const cells = this.#cells;
    const isOk = failure === null;
    const cell = isOk ? TALLY.ok : FAILED_CELL.get(failure)!;
    cells[this.#tally(series, stage) + cell]!++;
    cells[this.#row(second) + (isOk ? ROW.ok : ROW.failed)]!++;
    // The duration of a journey that was cut off says nothing.
    if (!isOk) return;
    const block = this.#layout.block(series, stage);
    this.#record(this.#layout.response(block), totalMs);
    this.#record(this.#layout.service(block), activeMs);
  }

  /** Adds the digest of a slot's arrivals. */
  digest(lo: number, hi: number): void {
    const cells = this.#cells;
    cells[COUNTER.digestLo]! += lo;
    cells[COUNTER.digestHi]! += hi;
  }

  /** Says that all beats before `beatsMade` were made, and which events were known. */
  heartbeat(beatsMade: number, eventsSeen: number): void {
    Atomics.store(this.#cells, COUNTER.eventsSeen, eventsSeen);
    this.#floats[GAUGE.beatsMade] = beatsMade;
  }

  /** Counts CPU time spent waiting for the next instant. */
  polled(ms: number): void {
    this.#floats[GAUGE.pollMs]! += ms;
  }

  #stepDue({ target, stage }: Exchange, cell: number): void {
    const cells = this.#cells;
    const tally = this.#tally(target, stage);
    cells[this.#layout.later + target] = 1;
    cells[tally + TALLY.due]!++;
    cells[tally + cell]!++;
  }

  /** Whether a code is one that a request's answer should have. */
  isRight({ target, ok }: Pick<Exchange, "target" | "ok">, code: number) {
    return ok === null ? this.#isOk[target]!(code) : isInRanges(code, ok);
  }

  #answered(exchange: Exchange, code: number): boolean {
    const cells = this.#cells;
    const at = exchange.target * CODES + code;
    cells[this.#layout.codes + at]!++;
    const isOk = this.isRight(exchange, code);
    if (!isOk) cells[this.#layout.failedCodes + at]!++;
    const tally = this.#tally(exchange.target, exchange.stage);
    cells[tally + (isOk ? TALLY.ok : STATUS_CELL)]!++;
    return isOk;
  }

  #failed(exchange: Exchange, kind: FailureKind): boolean {
    const cells = this.#cells;
    const cell = FAILED_CELL.get(kind)!;
    cells[this.#tally(exchange.target, exchange.stage) + cell]!++;
    // An answer that breaks the rules of its protocol does not count as begun.
    const hasBegun = exchange.firstByteMs >= 0 && kind !== "protocol";
    if (hasBegun) cells[this.#layout.begun + exchange.target]!++;
    return false;
  }

  #recordTimes(exchange: Exchange, nowMs: number): void {
    const { run } = this.#layout;
    const block = this.#layout.block(exchange.target, exchange.stage);
    const responseMs = nowMs - exchange.intendedMs;
    const serviceMs = nowMs - exchange.sentMs;
    const layout = this.#layout;
    this.#recordBoth(run.response, layout.response(block), responseMs);
    this.#recordBoth(run.service, layout.service(block), serviceMs);
    if (exchange.connectMs >= 0) this.#record(run.connect, exchange.connectMs);
    if (exchange.tlsMs >= 0) this.#record(run.tls, exchange.tlsMs);
    if (exchange.firstByteMs >= 0) {
      this.#record(run.firstByte, exchange.firstByteMs);
    }
  }

  /** Records one duration in the run's cells and in a block's histogram, which counts for both. */
  #recordBoth(fine: HistogramPlace, coarse: HistogramPlace, ms: number): void {
    const cells = this.#cells;
    const us = wholeUs(ms * 1000);
    cells[fine.at + 1 + cellOfWhole(FINE, us)]!++;
    cells[coarse.at + 1 + cellOfWhole(COARSE, us)]!++;
    cells[coarse.at]!++;
    this.#addMoments(coarse.moments, ms);
  }

  #record(place: HistogramPlace, ms: number): void {
    const cells = this.#cells;
    cells[place.at]!++;
    cells[place.at + 1 + cellOf(place.shape, ms * 1000)]!++;
    this.#addMoments(place.moments, ms);
  }

  #addMoments(at: number, ms: number): void {
    const floats = this.#floats;
    floats[at + MOMENT.sum]! += ms;
    if (ms < floats[at + MOMENT.min]!) floats[at + MOMENT.min] = ms;
    if (ms > floats[at + MOMENT.max]!) floats[at + MOMENT.max] = ms;
  }

  #tally(target: number, stage: number): number {
    return this.#layout.tally(this.#layout.block(target, stage));
  }

  /** The row of a second; one that is older than the ring counts in the row that replaced it. */
  #row(second: number): number {
    if (second === this.#second) return this.#secondRow;
    const row = this.#layout.row(second % STEP_ROWS);
    // A row that was never used is below 0 when it is read as signed.
    if (this.#cells[row + ROW.stamp]! < second) this.#clear(row, second);
    this.#second = second;
    this.#secondRow = row;
    return row;
  }

  #clear(row: number, second: number): void {
    const cells = this.#cells;
    Atomics.store(cells, row + ROW.stamp, NO_STAMP);
    cells.fill(0, row + 1, row + ROW.width);
    Atomics.store(cells, row + ROW.stamp, second);
  }
}
