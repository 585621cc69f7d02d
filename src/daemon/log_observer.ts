import type { LogLine, Observer } from "../observer/mod.ts";
import { statusLine } from "../report/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import type { Log } from "./log/mod.ts";
import { statusFields } from "./status_fields.ts";

/** Time between two lines on how the run goes. */
const STATUS_MS = 10_000;

/** Writes into the log what is worth it, now and then how the run goes, and how it ended. */
export class LogObserver implements Observer {
  readonly name = "log";
  readonly look = {
    everyMs: STATUS_MS,
    at: (snapshot: Snapshot) => this.#status(snapshot),
  };
  readonly #log: Log;
  #end: Snapshot | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  line({ level, message }: LogLine): void {
    this.#log.add(level, message);
  }

  ended(snapshot: Snapshot): void {
    this.#end = snapshot;
  }

  /** Ends with how the run ended, behind all that there was to say of it. */
  finish(): void {
    if (this.#end !== null) this.#status(this.#end);
  }

  #status(snapshot: Snapshot): void {
    this.#log.add("info", statusLine(snapshot), statusFields(snapshot));
  }
}
