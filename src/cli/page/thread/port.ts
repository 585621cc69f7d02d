import type { PageHead, PagePort, PageWindow } from "../../../page/mod.ts";
import type { FromPage, PageThreadFile, ToPage } from "./messages.ts";

/** Questions that wait for the thread; with one more, whoever asks is refused. */
const WAITING_MAX = 64;

/** The page of a run, made in a thread of its own for as long as somebody looks. */
export class ThreadPort implements PagePort {
  readonly #file: PageThreadFile;
  readonly #head: () => PageHead | null;
  #worker: Worker | null = null;
  /** Who waits for which answer, in the order of the questions. */
  #waiting: PromiseWithResolvers<string | null>[] = [];

  /** @param head what there is to say besides the columns; null = nothing yet */
  constructor(file: PageThreadFile, head: () => PageHead | null) {
    this.#file = file;
    this.#head = head;
  }

  all(): Promise<string | null> {
    this.#tellHead();
    return this.#ask({ kind: "all" });
  }

  news(): Promise<string | null> {
    this.#tellHead();
    return this.#ask({ kind: "news" });
  }

  detail(window: PageWindow): Promise<string | null> {
    // Without a viewer nobody knows what it would be a detail of.
    return this.#worker === null
      ? NOTHING
      : this.#ask({ kind: "detail", window });
  }

  /** Ends the thread: nobody looks. */
  forget(): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new Error("The page is no longer made"));
    }
  }

  /** Without a head there is nothing to see; the thread starts all the same, so that it is there in time. */
  #tellHead(): void {
    const head = this.#head();
    if (head !== null) {
      this.#started().postMessage(told({ kind: "head", head }));
    }
  }

  #ask(message: ToPage): Promise<string | null> {
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new Error("Too many ask for the page at once"));
    }
    const answer = Promise.withResolvers<string | null>();
    this.#waiting.push(answer);
    this.#started().postMessage(message);
    return answer.promise;
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(
      new URL("./page_entry.ts", import.meta.url).href,
      { type: "module" },
    );
    worker.onmessage = ({ data }: MessageEvent<FromPage>) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.forget();
    };
    worker.postMessage(told({ kind: "open", file: this.#file }));
    this.#worker = worker;
    return worker;
  }

  #take(message: FromPage): void {
    const waiting = this.#waiting.shift();
    if (message.kind === "text") waiting?.resolve(message.text);
    else waiting?.reject(new Error(message.why));
  }
}

const NOTHING = Promise.resolve(null);

function told(message: ToPage): ToPage {
  return message;
}
