import { PassThrough, type Readable, Writable } from "node:stream";
import { isCancel, select, text } from "@clack/prompts";
import { KarError } from "../../base/mod.ts";
import { type Line, type Look, paintText, toAscii } from "../../report/mod.ts";
import {
  Takeover,
  type TerminalInput,
  type TerminalOutput,
} from "../takeover.ts";
import { type Asker, BACK, type Choice, type TextQuestion } from "./asker.ts";

/** What a wizard is opened on. */
export interface AskerOptions {
  readonly output: TerminalOutput;
  readonly input: TerminalInput;
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly look: Look;
}

/** Rows that a question takes on a small screen, its menu included. */
const QUESTION_ROWS = 8;
const NEW_PAGE = "\x1b[H\x1b[2J";
/** The byte of Ctrl-C, which raw mode delivers as a key. */
const INTERRUPT = 0x03;

/** Takes the terminal for questions. */
export function openAsker(options: AskerOptions): TerminalAsker {
  return new TerminalAsker(options);
}

/**
 * Asks on a terminal. Keys are read here and handed to the prompts, because
 * the prompts cannot tell Esc from Ctrl-C, and because whoever takes the
 * terminal next must not miss a key.
 */
export class TerminalAsker implements Asker {
  readonly #options: AskerOptions;
  readonly #takeover: Takeover;
  readonly #keys: ReadableStreamDefaultReader<Uint8Array>;
  readonly #input = new PassThrough();
  readonly #output: PromptOutput;
  readonly #interrupted = new AbortController();
  /** Ends the prompt that is open. */
  #prompt = new AbortController();
  readonly #resized = () => void this.#output.emit("resize");

  constructor(options: AskerOptions) {
    this.#options = options;
    this.#takeover = new Takeover(options, () => this.#ended());
    this.#output = new PromptOutput(options, this.#takeover);
    if (hasResizeSignal()) Deno.addSignalListener("SIGWINCH", this.#resized);
    this.#keys = options.input.readable.getReader();
    this.#pump();
  }

  /** What Ctrl-C does; for signals. */
  interrupt(): void {
    this.#interrupted.abort();
    this.#prompt.abort();
  }

  /** Gives the terminal back; keys typed from now on are somebody else's. */
  close(): void {
    this.#takeover.giveBack();
    this.#keys.releaseLock();
    this.#input.destroy();
  }

  size(): { readonly columns: number; readonly rows: number } {
    return this.#options.size();
  }

  page(lines: readonly Line[]): void {
    const { columns, rows } = this.size();
    const room = Math.max(2, rows - QUESTION_ROWS);
    // A small screen keeps the title and what comes last.
    const shown = lines.length <= room
      ? lines
      : [lines[0]!, ...lines.slice(lines.length - room + 1)];
    this.#takeover.writeNow(
      NEW_PAGE + paintText(shown, this.#options.look, columns)
        .replaceAll("\n", "\r\n"),
    );
  }

  text(
    { message, initial, example, complaint }: TextQuestion,
  ): Promise<string | typeof BACK> {
    return this.#ask((streams) =>
      text({
        ...streams,
        message,
        initialValue: initial,
        ...(example !== undefined && { placeholder: example }),
        validate: (answer) => complaint(answer ?? "") ?? undefined,
      })
    );
  }

  choose(
    { message, initial, options }: Choice,
  ): Promise<string | typeof BACK> {
    return this.#ask((streams) =>
      select({
        ...streams,
        message,
        initialValue: initial,
        options: [...options],
        showInstructions: false,
      })
    );
  }

  async wait<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#interrupted;
    const interrupted = Promise.withResolvers<never>();
    const give = () => interrupted.reject(cancelled());
    if (signal.aborted) give();
    signal.addEventListener("abort", give);
    try {
      return await Promise.race([work, interrupted.promise]);
    } finally {
      signal.removeEventListener("abort", give);
    }
  }

  async #ask(
    open: (streams: PromptStreams) => Promise<string | symbol | undefined>,
  ): Promise<string | typeof BACK> {
    this.#prompt = new AbortController();
    if (this.#interrupted.signal.aborted) throw cancelled();
    const answer = await open({
      input: this.#input,
      output: this.#output,
      signal: this.#prompt.signal,
    });
    if (this.#interrupted.signal.aborted) throw cancelled();
    return isCancel(answer) ? BACK : String(answer ?? "");
  }

  async #pump(): Promise<void> {
    for (;;) {
      // The read fails once the lock is released, or the terminal is gone.
      const chunk = await this.#keys.read().catch(() => null);
      if (chunk === null) return;
      if (chunk.done || chunk.value.includes(INTERRUPT)) {
        return this.interrupt();
      }
      this.#input.write(chunk.value);
    }
  }

  #ended(): void {
    if (hasResizeSignal()) Deno.removeSignalListener("SIGWINCH", this.#resized);
  }
}

/** Where one prompt reads and writes, and what ends it. */
interface PromptStreams {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
}

/** The terminal as the prompts want it. */
class PromptOutput extends Writable {
  readonly isTTY = true;
  readonly #size: AskerOptions["size"];

  constructor({ size, look }: AskerOptions, takeover: Takeover) {
    super({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        takeover.writeNow(look.unicode ? text : toAscii(text));
        done();
      },
    });
    this.#size = size;
  }

  get columns(): number {
    return this.#size().columns;
  }

  get rows(): number {
    return this.#size().rows;
  }
}

function cancelled(): KarError {
  return new KarError("cancelled", "Cancelled; nothing was sent");
}

function hasResizeSignal(): boolean {
  return Deno.build.os !== "windows";
}
