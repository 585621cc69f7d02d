/**
 * Entry of the thread that makes the live page of a run from its record: what
 * viewers ask for holds up nobody but them.
 */
import { messageOf } from "../../../base/mod.ts";
import { pageData, type PageHead } from "../../../page/data/mod.ts";
import { PageMaker } from "../../../page/make/mod.ts";
import { RecordReader } from "../../../record/reader/mod.ts";
import { RecordColumns, sinceStart } from "../../record/columns.ts";
import { marksIn, namesIn, recordDetail } from "../../record/detail.ts";
import type { FromPage, PageThreadFile, ToPage } from "./messages.ts";

declare const self: PageScope;

interface PageScope {
  onmessage: ((event: MessageEvent<ToPage>) => void) | null;
  postMessage(message: FromPage): void;
}

/** The page of one record. */
class RecordedPage {
  readonly #path: string;
  readonly maker: PageMaker;
  head: PageHead | null = null;
  #columns: RecordColumns | null = null;
  #names = "";

  constructor({ path, control }: PageThreadFile) {
    this.#path = path;
    this.maker = new PageMaker({
      control,
      other: null,
      data: () => this.#asked((head, record) => this.#data(head, record)),
      detail: (window) =>
        this.#asked((head, record) => recordDetail(record, head, window)),
    });
  }

  /** Opens it for one question: one that is held open could not become one file at the end. */
  #asked<T>(ask: (head: PageHead, record: RecordReader) => T): T | null {
    if (this.head === null) return null;
    const record = new RecordReader(this.#path);
    try {
      return ask(this.head, record);
    } finally {
      record.close();
    }
  }

  #data(head: PageHead, record: RecordReader) {
    const names = namesIn(head);
    // A reload may bring others.
    if (this.#columns === null || this.#names !== names.join("\n")) {
      this.#columns = new RecordColumns(names, sinceStart(head));
      this.#names = names.join("\n");
    }
    const isOver = head.report.state === "stopped";
    const columns = this.#columns.read(record, isOver);
    return pageData(head, { columns, marks: marksIn(record) });
  }
}

let page: RecordedPage;

self.onmessage = ({ data }) => {
  if (data.kind === "open") page = new RecordedPage(data.file);
  else if (data.kind === "head") page.head = data.head;
  else self.postMessage(answerTo(data));
};

function answerTo(
  message: Exclude<ToPage, { readonly kind: "open" | "head" }>,
): FromPage {
  try {
    return { kind: "text", text: textFor(message) };
  } catch (error) {
    return { kind: "failed", why: messageOf(error) };
  }
}

function textFor(
  message: Exclude<ToPage, { readonly kind: "open" | "head" }>,
): string | null {
  switch (message.kind) {
    case "all":
      return page.maker.all();
    case "news":
      return page.maker.news();
    case "detail":
      return page.maker.detail(message.window);
  }
}
