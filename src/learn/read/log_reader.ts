import { absorb, concat, finish } from "../../base/mod.ts";
import {
  detectFormat,
  type LineFormat,
  type LineParser,
  newRecord,
  parserOf,
} from "../../access/mod.ts";
import { TimeBins } from "./bins.ts";
import { ByteLines } from "./byte_lines.ts";
import { TimeGate } from "./gate.ts";
import { InstantSample } from "./instants.ts";
import { OrderTest, type StampKind } from "./order.ts";
import { Sessions } from "./sessions.ts";
import { TemplateSketch } from "./sketch.ts";
import type { LogFacts } from "./facts.ts";

/** Bytes that are kept to detect the format of the file, before any of it counts. */
const SAMPLE_BYTES_MAX = 4 * 2 ** 20;
/** Lines whose order decides what stamps are of. */
const ORDER_LINES = 20_000;

/** How a log is read. */
export interface LogReaderOptions {
  /** Absent = detected. */
  readonly format?: LineFormat | undefined;
  /** Absent = detected from the order of lines. */
  readonly stamp?: StampKind | undefined;
  /** Minutes ahead of UTC of stamps that do not say; absent = 0. */
  readonly aheadUs?: ((localUs: number) => number) | undefined;
  /** Key of the hashes of clients and paths; thrown away with the reader. */
  readonly key: number;
  /** Told of each request, in the order of lines; `us` is where in its tick it is taken to lie. */
  readonly passed?: ((request: PassedRequest) => void) | undefined;
}

/** A request of a log. Used again for the next one. */
export interface PassedRequest {
  /** Microseconds since the epoch. */
  us: number;
  /** Number of the form of its path. */
  row: number;
  /** Hash of its client; 0 = unknown. */
  client: number;
  /** How many lines were read up to it. */
  line: number;
}

/** What stamps are of where the order of lines does not tell. */
const USUAL: Readonly<Record<LineFormat, StampKind>> = {
  ...{ combined: "end", json: "end", envoy: "start", alb: "start" },
};

/** A file that is not a log. */
export class NoLog extends Error {}

/**
 * Reads access logs, in any pieces, and keeps of them what a plan is learned
 * from: counts by second, forms of paths, sessions, some stretches of exact
 * instants. All of it is bounded, whatever the lines are; no query, name,
 * address or agent leaves it.
 */
export class LogReader {
  readonly #o: LogReaderOptions;
  readonly #bins = new TimeBins();
  readonly #instants = new InstantSample();
  readonly #sessions = new Sessions();
  readonly #sketch: TemplateSketch;
  readonly #gate: TimeGate;
  readonly #record = newRecord();
  readonly #passed: PassedRequest = { us: 0, row: 0, client: 0, line: 0 };
  #lines: ByteLines | null = null;
  #long = 0;
  #parse: LineParser | null = null;
  #format: LineFormat | null = null;
  #stamp: StampKind | null = null;
  #order = new OrderTest();
  /** What was read of a file before its format is known. */
  #sample: Uint8Array[] = [];
  #sampled = 0;
  #read = 0;
  #refused = 0;
  #taken = 0;
  #noPath = 0;
  #noClient = 0;
  #unzoned = 0;
  #timed = 0;
  #tickUs = Infinity;

  constructor(options: LogReaderOptions) {
    this.#o = options;
    this.#sketch = new TemplateSketch(options.key);
    this.#gate = new TimeGate((us, client, row) => this.#pass(us, client, row));
  }

  /** Takes a piece of a file; its memory may be used again afterwards. */
  push(piece: Uint8Array): void {
    if (this.#lines !== null) return this.#lines.push(piece);
    this.#sample.push(piece.slice());
    this.#sampled += piece.length;
    if (this.#sampled >= SAMPLE_BYTES_MAX) this.#begin();
  }

  /**
   * The file ends; another may follow.
   *
   * @throws {NoLog} when its format is unknown
   */
  endFile(): void {
    if (this.#lines === null) this.#begin();
    this.#lines?.end();
    this.#long += this.#lines?.long ?? 0;
    this.#lines = null;
    this.#gate.begin();
  }

  /** The facts of all files. */
  end(): LogFacts {
    this.#gate.end();
    const { rows, of } = this.#sketch.merged();
    return {
      format: this.#format,
      stamp: this.#stamp ?? "end",
      order: {
        lines: this.#order.lines,
        backByStamp: this.#order.backByStamp,
        backByEnd: this.#order.backByEnd,
        isTold: this.#order.isTold,
      },
      lines: {
        read: this.#read,
        taken: this.#taken,
        unreadable: this.#refused,
        long: this.#long,
        badStamps: this.#gate.refused,
        leaps: this.#gate.leaps,
        steps: this.#gate.steps,
        hourSteps: this.#gate.hourSteps,
        unzoned: this.#unzoned,
        noPath: this.#noPath,
        noClient: this.#noClient,
        withDuration: this.#timed,
      },
      tickUs: Number.isFinite(this.#tickUs) ? this.#tickUs : 1e6,
      bins: this.#bins.read(),
      instants: this.#instants.stretches(),
      rows,
      rowOf: of,
      sketchError: this.#sketch.error,
      lostRows: this.#sketch.lost,
      wildPrefixes: this.#sketch.wild,
      sessions: this.#sessions.end(),
    };
  }

  /** Detects the format of the file, and reads what was kept of it. */
  #begin(): void {
    const pieces = this.#sample;
    const sample = concat(pieces);
    this.#sample = [];
    this.#sampled = 0;
    if (sample.length === 0) return;
    const format = this.#o.format ?? detectFormat(sample);
    if (format === undefined) throw new NoLog(NO_FORMAT);
    this.#format = format;
    this.#parse = parserOf(format);
    this.#stamp = this.#o.stamp ?? this.#decide(sample);
    this.#lines = new ByteLines((bytes, from, to) =>
      this.#line(bytes, from, to)
    );
    this.#lines.push(sample);
  }

  /** What stamps are of: from the order of the first lines of the first file. */
  #decide(sample: Uint8Array): StampKind {
    if (this.#stamp !== null) return this.#stamp;
    const order = this.#order;
    const record = this.#record;
    const lines = new ByteLines((bytes, from, to) => {
      if (order.lines >= ORDER_LINES) return;
      record.from = from;
      record.to = to;
      if (!this.#parse!(bytes, record)) return;
      order.take(record.stampUs, record.tickUs, record.durationUs);
    });
    lines.push(sample);
    return order.decide(USUAL[this.#format!]);
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    this.#read++;
    const record = this.#record;
    record.from = from;
    record.to = to;
    if (!this.#parse!(bytes, record)) {
      this.#refused++;
      return;
    }
    const { durationUs, tickUs } = record;
    if (tickUs < this.#tickUs) this.#tickUs = tickUs;
    if (!Number.isNaN(durationUs)) this.#timed++;
    if (!record.isZoned) this.#unzoned++;
    if (record.pathTo === record.pathFrom) this.#noPath++;
    const client = this.#client(bytes);
    if (client === 0) this.#noClient++;
    const row = this.#sketch.take(bytes, record, client);
    const began = this.#stamp === "start" || Number.isNaN(durationUs)
      ? record.stampUs
      : record.stampUs - durationUs;
    const us = record.isZoned || this.#o.aheadUs === undefined
      ? began
      : began - this.#o.aheadUs(began);
    this.#gate.take(us, client, row.id);
  }

  #pass(us: number, client: number, row: number): void {
    this.#taken++;
    this.#bins.add(us);
    // Where in its tick it lay is unknown; a draw by its number avoids a comb
    // of instants.
    const dithered = us + this.#tickUs * drawn(this.#taken);
    const exactUs = this.#tickUs > 1 ? dithered : us;
    this.#instants.add(exactUs);
    if (this.#o.passed !== undefined) {
      const request = this.#passed;
      request.us = exactUs;
      request.row = row;
      request.client = client;
      request.line = this.#read;
      this.#o.passed(request);
    }
    this.#sessions.take(client, us, row);
  }

  #client(bytes: Uint8Array): number {
    const { clientFrom, clientTo } = this.#record;
    if (clientTo - clientFrom < 2) return 0;
    let hash = absorb(this.#o.key | 0, clientTo - clientFrom);
    for (let i = clientFrom; i < clientTo; i++) {
      hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    }
    return finish(hash) || 1;
  }
}

const NO_FORMAT =
  "fewer than half of its first lines are of nginx, Apache, Caddy, Envoy, an AWS load balancer, or JSON with a time";

/** A number in [0, 1) that belongs to a counter. */
function drawn(n: number): number {
  return finish(absorb(0x165667b1, n)) / 2 ** 32;
}
