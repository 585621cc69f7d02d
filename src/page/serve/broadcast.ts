import type { ServerResponse } from "node:http";
import type { PageData, PageMessage } from "../contract.ts";
import { Streams } from "./streams.ts";
import { tailOf } from "./tail.ts";

/** What stays as it is while a page is served. */
type Constant = Pick<
  Extract<PageMessage, { kind: "all" }>,
  "control" | "other"
>;

/** One run, shown to all who look: what they are sent is made once for all of them, and not at all where nobody looks. */
export class Broadcast {
  readonly #streams = new Streams();
  readonly #constant: Constant;
  #latest: (() => PageData) | null = null;
  /** What all viewers have. */
  #shown: PageData | null = null;

  constructor(constant: Constant) {
    this.#constant = constant;
  }

  get viewers(): number {
    return this.#streams.size;
  }

  /** There is something new. @param data asked for only where somebody looks */
  update(data: () => PageData): void {
    this.#latest = data;
    if (this.#streams.size === 0) this.#shown = null;
    else this.#send(data());
  }

  /** Takes one more viewer. */
  add(response: ServerResponse): void {
    this.#shown ??= this.#latest?.() ?? null;
    const first = this.#shown && this.#everything(this.#shown);
    this.#streams.add(response, first);
  }

  /** The run is over. */
  end(): Promise<void> {
    return this.#streams.end();
  }

  #send(now: PageData): void {
    const tail = this.#shown && tailOf(this.#shown, now);
    this.#shown = now;
    this.#streams.send(
      tail === null ? this.#everything(now) : messageOf({ kind: "more", tail }),
    );
  }

  #everything(data: PageData): string {
    return messageOf({ kind: "all", data, ...this.#constant });
  }
}

function messageOf(message: PageMessage): string {
  return JSON.stringify(message);
}
