import type { PageColumns, PageData, PageMessage } from "../contract.ts";
import { tailOf } from "./tail.ts";

/** What stays as it is while a page is served. */
type Constant = Pick<
  Extract<PageMessage, { kind: "all" }>,
  "control" | "other"
>;

/** A stretch of plan time, milliseconds since the epoch. */
export interface PageWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The source of what is shown. */
export interface PageOrigin extends Constant {
  /** The page as it is now; null = there is nothing to see yet. */
  readonly data: () => PageData | null;
  /** As much of a stretch as is known. */
  readonly detail: (window: PageWindow) => PageColumns | null;
}

/**
 * Makes the messages that viewers are sent, once for all of them: it knows what
 * they have. It may be in a thread of its own.
 */
export class PageMaker {
  readonly #origin: PageOrigin;
  /** What all viewers have. */
  #shown: PageData | null = null;

  constructor(origin: PageOrigin) {
    this.#origin = origin;
  }

  /** For a new viewer: everything that the others have; null = nothing yet. */
  all(): string | null {
    this.#shown ??= this.#origin.data();
    return this.#shown && this.#everything(this.#shown);
  }

  /** For all who are there: what is new; null = nothing yet. */
  news(): string | null {
    const now = this.#origin.data();
    if (now === null) return null;
    const tail = this.#shown && tailOf(this.#shown, now);
    this.#shown = now;
    return tail === null
      ? this.#everything(now)
      : messageOf({ kind: "more", tail });
  }

  /** There are no viewers any more: the next one gets fresh data. */
  forget(): void {
    this.#shown = null;
  }

  /** As much of a stretch as is known, as JSON of `PageColumns`. */
  detail(window: PageWindow): string | null {
    const columns = this.#origin.detail(window);
    return columns && JSON.stringify(columns);
  }

  #everything(data: PageData): string {
    const { control, other } = this.#origin;
    return messageOf({ kind: "all", data, control, other });
  }
}

function messageOf(message: PageMessage): string {
  return JSON.stringify(message);
}

/** A maker, wherever it is. Its answers come in the order in which they were asked for. */
export interface PagePort {
  all(): Promise<string | null>;
  news(): Promise<string | null>;
  forget(): void;
  detail(window: PageWindow): Promise<string | null>;
}

/** A maker in this thread. */
export function portOf(maker: PageMaker): PagePort {
  return {
    all: () => Promise.resolve(maker.all()),
    news: () => Promise.resolve(maker.news()),
    forget: () => maker.forget(),
    detail: (window) => Promise.resolve(maker.detail(window)),
  };
}
