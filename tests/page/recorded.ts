import {
  Ahead,
  type PageData,
  pageData,
  type PageEvent,
  type PageHead,
  pageHead,
  PageMaker,
} from "../../src/page/mod.ts";
import { RecordColumns, sinceStart } from "../../src/cli/record/columns.ts";
import { marksIn, namesIn, recordDetail } from "../../src/cli/record/detail.ts";
import {
  Recording,
  RecordObserver,
  RecordReader,
  type RecordWriter,
} from "../../src/record/mod.ts";
import type { Run } from "../../src/run/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { metaFixture, NOON } from "../record/support.ts";

const MAX_BYTES = 2 ** 28;

/** A writer that writes at once, in this thread. */
function writerAt(path: string): RecordWriter {
  const recording = new Recording({ path, maxBytes: MAX_BYTES });
  return {
    path,
    onState: () => {},
    isReady: true,
    begin: (meta) => void recording.begin(meta),
    write: (entry) => void recording.take(entry),
    close(ending, endedMs) {
      return Promise.resolve(recording.close(ending, endedMs));
    },
  };
}

/** A run in simulated time, its record, and the page that is made of both. */
export class RecordedForTest {
  readonly #run: Run;
  readonly #observer: RecordObserver;
  readonly #columns = new Map<string, RecordColumns>();
  readonly #ahead = new Ahead();

  constructor(run: Run, path: string, wallMs: () => number) {
    const { kar, machine, part, parts } = metaFixture(NOON);
    this.#run = run;
    this.#observer = new RecordObserver({
      writer: writerAt(path),
      about: { kar, machine, part, parts },
      wallMs,
      tell: () => {},
      isKept: true,
      release: () => {},
    });
    this.#observer.begun(run);
  }

  /** A second has passed. */
  look(): void {
    this.#observer.look.at();
  }

  ended(snapshot: Snapshot): Promise<void> {
    return this.#observer.ended(snapshot);
  }

  /** The page as it is now. */
  data(events: readonly PageEvent[] = []): PageData {
    const head = this.head(events);
    return this.#read((record) => {
      const names = namesIn(head);
      const key = names.join();
      const columns = this.#columns.get(key) ??
        new RecordColumns(names, sinceStart(head));
      this.#columns.set(key, columns);
      return pageData(head, {
        columns: columns.read(record),
        marks: marksIn(record),
      });
    });
  }

  head(events: readonly PageEvent[] = []): PageHead {
    const snapshot = this.#run.snapshot();
    const isOver = snapshot.state === "stopped";
    return pageHead({
      snapshot,
      events,
      ahead: isOver
        ? null
        : this.#ahead.of(snapshot, (span) => this.#run.forecast(span)),
    });
  }

  /** What makes the messages of a page that shows it. */
  maker(): PageMaker {
    return new PageMaker({
      control: false,
      other: null,
      data: () => this.data(),
      detail: (window) =>
        this.#read((record) => recordDetail(record, this.head(), window)),
    });
  }

  #read<T>(read: (record: RecordReader) => T): T {
    const record = new RecordReader(this.#observer.path);
    try {
      return read(record);
    } finally {
      record.close();
    }
  }
}
