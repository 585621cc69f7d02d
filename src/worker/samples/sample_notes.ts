import {
  type Cancel,
  type Clock,
  draw,
  excerpt,
  printable,
  redact,
  SLOT_MS,
  streamKey,
} from "../../base/mod.ts";
import { capturedBy, isScripted } from "../../journey/mod.ts";
import type { FailureKind } from "../../protocol/mod.ts";
import {
  type ReasonBatch,
  type Recorder,
  type RequestSample,
  Samples,
} from "../../stats/mod.ts";
import {
  type Exchange,
  KeptAnswer,
  type Outcome,
  reasonOf,
  SAMPLED_BYTES,
  sentSecrets,
  traceIdOf,
} from "../../transport/mod.ts";

/** How often a worker tells of samples at most. */
const TELL_MS = 500;
/** Bodies in memory at once, of answers that have failed and still come in. */
const BODIES_MAX = 256;
/** Requests use the same stream with the seed of their plan; here the seed is 0. */
const STREAM_OF_SAMPLES = 4096;
const LANES = 256;
const INDICES = 1024;

const BODY = { headers: new Set<string>(), bodyBytes: SAMPLED_BYTES };
const RANKS = streamKey(0, STREAM_OF_SAMPLES);

/** Options of `SampleNotes`. */
export interface SampleNotesOptions {
  readonly clock: Clock;
  /** Values of the environment that no sample may hold, by name. */
  readonly variables: () => Readonly<Record<string, string>>;
  readonly tell: (batch: ReasonBatch) => void;
  /** Says which codes are right. */
  readonly recorder: Pick<Recorder, "isRight">;
}

/**
 * Requests of this worker that are kept as examples. One that succeeds in time
 * costs a comparison.
 */
export class SampleNotes {
  readonly #o: SampleNotesOptions;
  readonly #samples = new Samples();
  /** Places for bodies: those that are free, and those that answers carry. */
  readonly #free: KeptAnswer[] = [];
  readonly #lent = new Set<KeptAnswer>();
  #news: RequestSample[] = [];
  #cancel: Cancel | null = null;
  /** Requests that take longer are to be reported to `slow`. */
  slowMs = 0;

  constructor(options: SampleNotesOptions) {
    this.#o = options;
  }

  /** Where the body of an answer goes whose code is wrong; null = it is not wanted. */
  bodyFor(exchange: Exchange, code: number): KeptAnswer | null {
    const { recorder } = this.#o;
    if (recorder.isRight(exchange, code) || this.#lent.size >= BODIES_MAX) {
      return null;
    }
    if (!this.#wants(exchange, "status")) return null;
    const kept = (this.#free.pop() ?? new KeptAnswer()).begin(BODY);
    this.#lent.add(kept);
    return kept;
  }

  /** Takes back a result of `bodyFor`; what others keep is left to them. */
  giveBack(kept: KeptAnswer): void {
    if (this.#lent.delete(kept)) this.#free.push(kept);
  }

  /** Called for a request that failed. */
  failed(exchange: Exchange, outcome: Outcome, nowMs: number): void {
    const kind = outcome.kind === "answer" ? "status" : outcome.failure;
    if (!this.#wants(exchange, kind)) return;
    this.#add({ ...this.#sampleOf(exchange, outcome, nowMs), kind });
  }

  /** Called for a request that took longer than `slowMs`. */
  slow(exchange: Exchange, outcome: Outcome, nowMs: number): void {
    // What never reached the target says nothing about its speed.
    if (outcome.kind === "failure" && outcome.failure !== "timeout") return;
    const kind = outcome.kind === "failure" ? outcome.failure : null;
    const sample = this.#sampleOf(exchange, outcome, nowMs);
    this.#add({ ...sample, kind, why: "slow", body: null });
    this.slowMs = this.#samples.slowMs;
  }

  /** Reports at once what was not reported yet. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#news.length === 0) return;
    const news = this.#news;
    this.#news = [];
    // What was reported twice, or was displaced meanwhile, is known by now.
    const kept = new Set(this.#samples.list);
    const samples = news.filter((sample) => kept.has(sample));
    this.#o.tell({ reasons: [], newest: null, samples });
  }

  /** Reports nothing more. */
  drop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#news = [];
  }

  #wants(exchange: Exchange, kind: FailureKind): boolean {
    const key = { intendedMs: intendedMsOf(exchange), rank: rankOf(exchange) };
    return this.#samples.wants(exchange.target, kind, key);
  }

  #add(sample: RequestSample): void {
    if (!this.#samples.add(sample)) return;
    this.#news.push(sample);
    this.#cancel ??= this.#o.clock.after(TELL_MS, () => this.flush());
  }

  #sampleOf(
    exchange: Exchange,
    outcome: Outcome,
    nowMs: number,
  ): RequestSample {
    const { kept, target } = exchange;
    const own = { ...sentSecrets(exchange), ...capturedBy(exchange) };
    const hidden = (text: string) =>
      redact(redact(text, this.#o.variables()), own);
    const isAnswer = outcome.kind === "answer";
    const isRead = isAnswer || outcome.failure === "check";
    return {
      why: "failure",
      target,
      intendedMs: intendedMsOf(exchange),
      rank: rankOf(exchange),
      responseMs: nowMs - exchange.intendedMs,
      serviceMs: nowMs - exchange.sentMs,
      kind: null,
      code: isAnswer ? outcome.code : null,
      reason: excerpt(hidden(reasonOf(outcome, exchange))),
      // Only the script knows what it takes from an answer.
      body: kept !== null && isRead && kept.body.length > 0 &&
          !isScripted(exchange)
        ? printable(hidden(beginningOf(kept)))
        : null,
      trace: traceIdOf(exchange),
    };
  }
}

function beginningOf(kept: KeptAnswer): string {
  return new TextDecoder().decode(kept.body.subarray(0, SAMPLED_BYTES));
}

/** Plan time at which the arrival was due. */
function intendedMsOf({ slot, offsetMs }: Exchange): number {
  return slot * SLOT_MS + offsetMs;
}

/** Drawn by the arrival's key: the same for any number of workers. */
function rankOf({ slot, lane, index }: Exchange): number {
  return draw(RANKS.a, RANKS.b, (slot * LANES + lane) * INDICES + index);
}
