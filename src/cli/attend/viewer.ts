import type { Cancel } from "../../base/mod.ts";
import type { Run } from "../../controller/mod.ts";
import { statusLine } from "../../report/mod.ts";
import type { System } from "../system.ts";

/** How a person follows a run. */
export interface Viewer {
  /** Shows one line worth a log. */
  log(line: string): void;
  /**
   * Follows a run that has begun.
   *
   * @param stop what a signal does: drains, and at the second call stops
   */
  watch(run: Run, stop: () => void): void;
  /** Ends following, and gives the terminal back. */
  close(): Promise<void>;
}

/** Time between two status lines. */
const STATUS_INTERVAL_MS = 3000;

/** One line on standard error every few seconds. */
export class StatusLines implements Viewer {
  readonly #system: System;
  #end: Cancel = () => {};

  constructor(system: System) {
    this.#system = system;
  }

  log(line: string): void {
    this.#system.stderr.write(`kar: ${line}\n`);
  }

  watch(run: Run): void {
    this.#end = this.#system.every(
      STATUS_INTERVAL_MS,
      () => this.log(statusLine(run.snapshot())),
    );
  }

  close(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }
}

/** Says nothing. */
export const SILENT: Viewer = {
  log: () => {},
  watch: () => {},
  close: () => Promise.resolve(),
};
