import type { Observer } from "../../observer/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { PageWatch } from "../page/watch.ts";
import { type ReportOutput, writeFiles, type Written } from "./outputs.ts";

/** What report files are made of beside the last snapshot. */
export interface ReportFilesOptions {
  /** Keeps where the files are: of a run in the background nobody else says it. */
  readonly record: (line: string) => void;
  /** Null = nothing that is made of a record was asked for. */
  readonly page: PageWatch | null;
}

/** Writes the report files of a run, as soon as it has ended. */
export class ReportFiles implements Observer {
  readonly name = "report";
  readonly #outputs: readonly ReportOutput[];
  readonly #o: ReportFilesOptions;
  #writing: Promise<Written> = Promise.resolve({ paths: [], failure: null });

  constructor(
    outputs: readonly ReportOutput[],
    options: ReportFilesOptions,
  ) {
    this.#outputs = outputs;
    this.#o = options;
  }

  async ended(snapshot: Snapshot): Promise<void> {
    const { page, record } = this.#o;
    this.#writing = writeFiles(this.#outputs, { snapshot, page });
    const { paths } = await this.#writing;
    for (const path of paths) record(`Report in ${path}`);
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
