import {
  type Cancel,
  type Clock,
  excerpt,
  EXCERPT_CHARS_MAX,
  redact,
} from "../base/mod.ts";
import { capturedBy } from "../journey/mod.ts";
import {
  type ReasonBatch,
  REASONS_MAX,
  type TargetReason,
} from "../stats/mod.ts";
import {
  type Exchange,
  type FailureKind,
  type Outcome,
  reasonOf,
  sentSecrets,
} from "../transport/mod.ts";

/** How often a worker tells of reasons at most. */
export const REASON_MESSAGES_PER_SEC = 2;

/** Options of `ReasonNotes`. */
export interface ReasonNotesOptions {
  readonly clock: Clock;
  /** Values of the environment that no reason may hold, by name. */
  readonly variables: () => Readonly<Record<string, string>>;
  readonly tell: (batch: ReasonBatch) => void;
}

/** What a reason is about: a request, or a journey as a whole. */
export type FailedExchange = Exchange | FailedJourney;

/** A journey as a whole. */
type FailedJourney =
  & Pick<Exchange, "target" | "firstByteMs">
  & { readonly journey?: null };

/** A reason, being counted. */
interface ReasonNote extends TargetReason {
  /** Failures since they were last reported. */
  count: number;
  /**
   * The last outcome with it and its beginning, to recognise it without
   * comparing the text; null = too large to keep.
   */
  outcome: Outcome | null;
  hasBegun: boolean;
}

/**
 * Why requests of this worker failed, reported twice a second and at the end. A
 * request that succeeds never comes here, and one that fails like the one
 * before costs a comparison.
 */
export class ReasonNotes {
  readonly #o: ReasonNotesOptions;
  /** By target and kind, each at most `REASONS_MAX`. */
  readonly #entries: Map<FailureKind, ReasonNote[]>[] = [];
  #newest: TargetReason | null = null;
  #hasNews = false;
  #cancel: Cancel | null = null;

  constructor(options: ReasonNotesOptions) {
    this.#o = options;
  }

  /** Notes why a request failed. */
  note(exchange: FailedExchange, outcome: Outcome): void {
    const kind = kindOf(outcome);
    const entries = this.#entriesOf(exchange.target, kind);
    const hasBegun = exchange.firstByteMs >= 0;
    let entry = entries.find((known) =>
      known.outcome === outcome && known.hasBegun === hasBegun
    );
    entry ??= this.#entry(entries, exchange, outcome);
    entry.count++;
    // What kar itself ended says nothing new about the target.
    if (kind !== "aborted") this.#newest = entry;
    this.#hasNews = true;
    this.#cancel ??= this.#o.clock.after(
      1000 / REASON_MESSAGES_PER_SEC,
      () => this.flush(),
    );
  }

  /**
   * Replaces values of the environment, secrets of its own, and values that its
   * journey has captured, by their names.
   */
  #hidden(exchange: FailedExchange, reason: string): string {
    const { variables } = this.#o;
    const { journey = null } = exchange;
    const own = { ...sentSecrets(exchange), ...capturedBy({ journey }) };
    return redact(redact(reason, variables()), own);
  }

  /** Reports at once what was not reported yet. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (!this.#hasNews) return;
    this.#hasNews = false;
    const reasons: TargetReason[] = [];
    const all = this.#entries.flatMap((kinds) => [...kinds.values()].flat());
    for (const entry of all) {
      if (entry.count === 0) continue;
      reasons.push(plain(entry));
      entry.count = 0;
    }
    const newest = this.#newest && plain(this.#newest);
    this.#o.tell({ reasons, newest });
  }

  /** Reports nothing more. */
  drop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#hasNews = false;
  }

  #entriesOf(target: number, kind: FailureKind): ReasonNote[] {
    const kinds = this.#entries[target] ??= new Map();
    let entries = kinds.get(kind);
    if (entries === undefined) {
      entries = [];
      kinds.set(kind, entries);
    }
    return entries;
  }

  /** The entry of a reason that is not known by its outcome; one without room is not kept. */
  #entry(
    entries: ReasonNote[],
    exchange: FailedExchange,
    outcome: Outcome,
  ): ReasonNote {
    const reason = excerpt(this.#hidden(exchange, reasonOf(outcome, exchange)));
    const code = outcome.kind === "answer" ? outcome.code : null;
    const last = {
      outcome: outcome.reason.length <= EXCERPT_CHARS_MAX ? outcome : null,
      hasBegun: exchange.firstByteMs >= 0,
    };
    const known = entries.find((entry) =>
      entry.code === code && entry.reason === reason
    );
    if (known !== undefined) return Object.assign(known, last);
    const { target } = exchange;
    const kind = kindOf(outcome);
    const entry = { target, kind, code, reason, count: 0, ...last };
    if (entries.length < REASONS_MAX) entries.push(entry);
    return entry;
  }
}

function kindOf(outcome: Outcome): FailureKind {
  return outcome.kind === "failure" ? outcome.failure : "status";
}

function plain(
  { target, kind, code, reason, count }: TargetReason,
): TargetReason {
  return { target, kind, code, reason, count };
}
