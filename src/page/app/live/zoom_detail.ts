import type { PageColumns, PageData } from "../../contract.ts";
import { withColumns } from "../model.ts";

/** Asks for a stretch of plan time, milliseconds since the epoch; null = there is nothing finer. */
export type AskDetail = (
  fromMs: number,
  toMs: number,
) => Promise<PageColumns | null>;

/** While the wheel turns, not every step is asked for. */
const SETTLE_MS = 150;
/** More than is in sight, so that a step aside needs no request: this share at each side. */
const ASIDE = 0.5;
/** With more columns in sight than this there is nothing finer to see. */
const COLUMNS_ENOUGH = 400;
/** How far behind the newest column a stretch may end before it is asked for again. */
const BEHIND_MS = 5000;
const FINEST_MS = 1000;

/** A stretch that was asked for, with the answer. */
interface Known {
  readonly runId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Null = no finer than the page's own data. */
  readonly columns: PageColumns | null;
}

/** What was last put together. */
interface Joined {
  readonly data: PageData;
  readonly columns: PageColumns;
  readonly joined: PageData;
}

/** Columns of the stretch that is zoomed to, as finely as the server has them. */
export class ZoomDetail {
  /** Null = a file, which has no more than what is in it. */
  ask: AskDetail | null = null;
  readonly #changed: () => void;
  #known: Known | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #last: Joined | null = null;

  /** @param changed there is more to see */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Data for a window, in seconds since the epoch: with closer columns where they are known. */
  of(data: PageData, [from, to]: readonly [number, number]): PageData {
    const known = this.#known;
    if (known === null || !covers(known, data, [from * 1000, to * 1000])) {
      this.#soon(data, [from * 1000, to * 1000]);
      return data;
    }
    return known.columns === null ? data : this.#joined(data, known.columns);
  }

  /** The same object as long as it is the same: what a chart has drawn it need not draw again. */
  #joined(data: PageData, columns: PageColumns): PageData {
    const last = this.#last;
    if (last?.data === data && last.columns === columns) return last.joined;
    const joined = withColumns(data, columns);
    this.#last = { data, columns, joined };
    return joined;
  }

  #soon(data: PageData, window: readonly [number, number]): void {
    clearTimeout(this.#timer);
    if (this.ask === null || !isWorthIt(data, window)) return;
    this.#timer = setTimeout(
      () => void this.#ask(data, window),
      SETTLE_MS,
    );
  }

  async #ask(
    data: PageData,
    [from, to]: readonly [number, number],
  ): Promise<void> {
    const { ask } = this;
    if (ask === null) return;
    if (this.#isAsking) return this.#soon(data, [from, to]);
    this.#isAsking = true;
    const aside = (to - from) * ASIDE;
    const fromMs = Math.max(data.span.fromMs, from - aside);
    const toMs = Math.min(data.span.toMs, to + aside);
    try {
      const found = await ask(fromMs, toMs);
      const isCloser = found !== null && found.span.stepMs < data.span.stepMs &&
        found.series.length === data.series.length;
      const columns = isCloser ? found : null;
      this.#known = { runId: data.report.runId, fromMs, toMs, columns };
      if (isCloser) this.#changed();
    } catch {
      // The server is gone, which the page says by itself.
    } finally {
      this.#isAsking = false;
    }
  }
}

function covers(
  { runId, fromMs, toMs }: Known,
  { report, span }: PageData,
  [from, to]: readonly [number, number],
): boolean {
  return runId === report.runId && fromMs <= Math.max(from, span.fromMs) &&
    toMs >= Math.min(to, span.toMs - BEHIND_MS) &&
    to - from >= (toMs - fromMs) / 8;
}

function isWorthIt(
  { span: { stepMs, fromMs, toMs } }: PageData,
  [from, to]: readonly [number, number],
): boolean {
  const seenMs = Math.min(to, toMs) - Math.max(from, fromMs);
  return stepMs > FINEST_MS && seenMs > 0 && seenMs / stepMs < COLUMNS_ENOUGH;
}
