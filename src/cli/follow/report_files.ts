import type { Observer } from "../../observer/mod.ts";
import type { RecordObserver } from "../../record/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { PageWatch } from "../page/watch.ts";
import { type ReportOutput, writeFiles, type Written } from "./outputs.ts";

/** What report files are made of beside the last snapshot. */
export interface ReportFilesOptions {
  /** Keeps where the files are: of a run in the background nobody else says it. */
  readonly record: (line: string) => void;
  /** Null = nothing that is made of a record was asked for. */
  readonly page: PageWatch | null;
  /** Says what went wrong as it was closed; null = nothing was recorded. */
  readonly recorder: Pick<RecordObserver, "lastWarning"> | null;
}

/** Writes the report files of a run, as soon as it has ended. */
export class ReportFiles implements Observer {
  readonly name = "report";
  readonly #outputs: readonly ReportOutput[];
  readonly #o: ReportFilesOptions;
  #writing: Promise<Written> = Promise.resolve({ paths: [], failure: null });
  #last: Promise<Snapshot> | null = null;

  constructor(
    outputs: readonly ReportOutput[],
    options: ReportFilesOptions,
  ) {
    this.#outputs = outputs;
    this.#o = options;
  }

  async ended(snapshot: Snapshot): Promise<void> {
    this.#writing = this.#write(snapshot);
    const { paths } = await this.#writing;
    for (const path of paths) this.#o.record(`Report in ${path}`);
  }

  /** The snapshot of which every report is made: it has the record's end, too. */
  complete(snapshot: Snapshot): Promise<Snapshot> {
    this.#last ??= this.#withLast(snapshot);
    return this.#last;
  }

  async #withLast(snapshot: Snapshot): Promise<Snapshot> {
    const warning = await this.#o.recorder?.lastWarning() ?? null;
    if (warning === null) return snapshot;
    return { ...snapshot, warnings: [...snapshot.warnings, warning] };
  }

  async #write(ended: Snapshot): Promise<Written> {
    const { page } = this.#o;
    const snapshot = await this.complete(ended);
    return await writeFiles(this.#outputs, { snapshot, page });
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
