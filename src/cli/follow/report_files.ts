import type { Observer } from "../../observer/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import { type ReportOutput, writeFiles, type Written } from "./outputs.ts";

/** Writes the report files of a run, as soon as it has ended. */
export class ReportFiles implements Observer {
  readonly name = "report";
  readonly #outputs: readonly ReportOutput[];
  readonly #record: (line: string) => void;
  #writing: Promise<Written> = Promise.resolve({ paths: [], failure: null });

  /** @param record keeps where the files are: of a run in the background nobody else says it */
  constructor(
    outputs: readonly ReportOutput[],
    record: (line: string) => void,
  ) {
    this.#outputs = outputs;
    this.#record = record;
  }

  async ended(snapshot: Snapshot): Promise<void> {
    this.#writing = writeFiles(this.#outputs, snapshot);
    const { paths } = await this.#writing;
    for (const path of paths) this.#record(`Report in ${path}`);
  }

  /**
   * Waits for the files, however long a disk or the reader of a pipe takes.
   *
   * @throws {KarError} when one of them could not be written
   */
  async check(): Promise<void> {
    const { failure } = await this.#writing;
    if (failure !== null) throw failure;
  }
}
