import { KarError } from "../../base/mod.ts";
import type { Ending, RunMeta } from "../meta.ts";
import type {
  Entry,
  FromWriter,
  RecordFile,
  ToWriter,
  WriterState,
} from "./messages.ts";

/** Where a record is written. Only functions that return a promise wait or throw. */
export interface RecordWriter {
  readonly path: string;
  /** Called whenever writing stops or goes on. */
  onState: (state: WriterState) => void;
  /** Whether it has taken everything; if not, news have to wait. */
  readonly isReady: boolean;
  begin(meta: RunMeta): void;
  write(entry: Entry): void;
  /**
   * Makes one file of it, and ends the thread.
   *
   * @param ending null = the run has not come to an end
   * @returns how it stands for good; `onState` is not told
   */
  close(ending: Ending | null, endedMs: number): Promise<WriterState>;
}

/**
 * Opens a record in a thread of its own.
 *
 * @throws {KarError} `cannotStart` when it cannot be written
 */
export async function openWriter(file: RecordFile): Promise<RecordWriter> {
  const writer = new ThreadWriter(file.path);
  await writer.open(file);
  return writer;
}

class ThreadWriter implements RecordWriter {
  readonly path: string;
  onState: (state: WriterState) => void = () => {};
  readonly #worker: Worker;
  /** Callers that wait for an answer, in the order of the messages. */
  readonly #waiting: PromiseWithResolvers<WriterState>[] = [];
  #state: WriterState = { kind: "writing" };
  #isOver = false;

  constructor(path: string) {
    this.path = path;
    this.#worker = new Worker(
      new URL("./record_entry.ts", import.meta.url).href,
      {
        type: "module",
      },
    );
    this.#worker.onmessage = ({ data }: MessageEvent<FromWriter>) =>
      this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(event.message);
    };
  }

  get isReady(): boolean {
    return !this.#isOver && this.#waiting.length === 0;
  }

  async open(file: RecordFile): Promise<void> {
    try {
      await this.#ask({ kind: "open", file });
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  begin(meta: RunMeta): void {
    this.#tell({ kind: "begin", meta });
  }

  write(entry: Entry): void {
    this.#tell({ kind: "entry", entry });
  }

  async close(ending: Ending | null, endedMs: number): Promise<WriterState> {
    if (this.#isOver) return this.#state;
    try {
      this.#state = await this.#ask({ kind: "close", ending, endedMs });
    } catch {
      // It has already reported why it died.
    } finally {
      this.#end();
    }
    return this.#state;
  }

  #tell(message: ToWriter): void {
    if (this.#isOver) return;
    this.#ask(message).then(
      (state) => this.#take(state),
      // It has already reported why it died.
      () => {},
    );
  }

  #ask(message: ToWriter): Promise<WriterState> {
    const waiting = Promise.withResolvers<WriterState>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(message);
    return waiting.promise;
  }

  #receive(message: FromWriter): void {
    const waiting = this.#waiting.shift();
    if (message.kind === "done") waiting?.resolve(message.state);
    else waiting?.reject(new KarError("cannotStart", message.message));
  }

  #take(state: WriterState): void {
    const before = this.#state;
    this.#state = state;
    if (state.kind !== before.kind) this.onState(state);
  }

  #lose(why: string): void {
    if (this.#isOver) return;
    this.#end();
    this.#take({ kind: "stuck", why: `its thread failed: ${why}` });
  }

  #end(): void {
    this.#isOver = true;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new Error("The thread of the record has ended"));
    }
  }
}
