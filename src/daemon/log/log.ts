import { messageOf } from "../../base/mod.ts";
import {
  formatEntry,
  type LogEntry,
  type LogFields,
  type LogFormat,
  type LogLevel,
} from "./entry.ts";
import { withTimeout } from "../../observer/mod.ts";

/** Lines that wait for a file that cannot be written; further ones are lost. */
const WAITING_MAX = 2000;
/** Wait before a line is tried again. */
const RETRY_MS = 1000;
/** How long `close` waits for the lines that are left. */
const FLUSH_MS = 2000;

/** What a log writes into. */
export interface LogTarget {
  /** Adds whole lines, or throws and may be asked again. */
  write(text: string): Promise<void>;
  /** Lets go of the file; the next write opens it again. */
  close(): void;
}

/** How a log is written. */
export interface LogOptions {
  readonly format: LogFormat;
  readonly now: () => number;
  readonly retryMs?: number;
}

/**
 * A log that never holds anybody up and never throws: lines wait in a bounded
 * queue, are tried until they are written, and are counted when they are lost.
 */
export class Log {
  readonly #target: LogTarget;
  readonly #o: LogOptions;
  readonly #waiting: string[] = [];
  #lost = 0;
  #lostSinceTold = 0;
  #lostReason = "";
  #problem: string | null = null;
  #isReopening = false;
  #isClosed = false;
  #writing: Promise<void> | null = null;
  #wake: () => void = () => {};

  constructor(target: LogTarget, options: LogOptions) {
    this.#target = target;
    this.#o = options;
  }

  /** Lines that were lost so far. */
  get lost(): number {
    return this.#lost;
  }

  /** Why nothing can be written now; null when it can. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Adds a line. */
  add(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= WAITING_MAX) {
      this.#lost++;
      this.#lostSinceTold++;
      this.#lostReason = this.#problem ?? "too many lines at once";
      return;
    }
    this.#waiting.push(this.#line({ level, message, fields }));
    this.#writing ??= this.#write();
  }

  /** Opens the file again before the next line: someone may have moved it away. */
  reopen(): void {
    this.#isReopening = true;
  }

  /** Writes what is left, as far as that works within a short time, and ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    if (this.#writing !== null) await withTimeout(FLUSH_MS, this.#writing);
    this.#waiting.length = 0;
    this.#wake();
    this.#target.close();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (!await this.#writeOne(this.#waiting[0]!)) await this.#pause();
      else this.#waiting.shift();
    }
    this.#writing = null;
  }

  async #writeOne(line: string): Promise<boolean> {
    try {
      if (this.#isReopening) this.#target.close();
      this.#isReopening = false;
      await this.#target.write(line);
    } catch (error) {
      this.#problem = messageOf(error);
      return false;
    }
    this.#tellLost();
    this.#problem = null;
    return true;
  }

  /** Once lines can be written again, one of them says how many are not there. */
  #tellLost(): void {
    if (this.#lostSinceTold === 0 || this.#waiting.length > 1) return;
    const message = `${this.#lostSinceTold} lines of this log were lost`;
    const fields = { reason: this.#lostReason };
    this.#lostSinceTold = 0;
    this.#waiting.push(this.#line({ level: "warn", message, fields }));
  }

  #line(entry: Omit<LogEntry, "timeMs">): string {
    const { format, now } = this.#o;
    return formatEntry({ timeMs: now(), ...entry }, format);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#o.retryMs ?? RETRY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
