import { Writable } from "node:stream";
import { isCancel, SelectPrompt, TextPrompt } from "@clack/core";
import { csi, joined, KarError, type Painted } from "../../base/mod.ts";
import { paintLine, type TerminalCaps } from "../../report/mod.ts";
import { changesBetween } from "../difference.ts";
import { MARK_PASTES } from "../keys.ts";
import {
  Takeover,
  type TerminalInput,
  type TerminalOutput,
} from "../takeover.ts";
import {
  type Asker,
  BACK,
  type Choice,
  type Page,
  type Size,
  type TextQuestion,
} from "./asker.ts";
import { KeyQueue, type Typing } from "./key_queue.ts";
import { PasteFilter } from "./paste.ts";
import { type Asked, pictureOf } from "./question_view.ts";

/** What a wizard is opened on. */
export interface AskerOptions {
  readonly output: TerminalOutput;
  readonly input: TerminalInput;
  readonly size: () => Size;
  readonly caps: TerminalCaps;
}

/** The byte of Ctrl-C, which raw mode delivers as a key. */
const INTERRUPT = 0x03;
/** Ctrl-D and Ctrl-Z, of which a line editor would make an end and a stop. */
const IGNORED: readonly number[] = [0x04, 0x1a];
const SHOW_CURSOR = csi("?25h");
const HIDE_CURSOR = csi("?25l");

/** Takes the terminal for questions. */
export function openAsker(options: AskerOptions): TerminalAsker {
  return new TerminalAsker(options);
}

/**
 * Asks on a terminal. Clack edits and chooses; what it would draw goes nowhere,
 * and page and question are drawn here as one picture, so that they fit any
 * size, keep to the theme, and are drawn anew when the size changes.
 *
 * Keys are read here, because the prompts cannot tell Esc from Ctrl-C, and
 * because whoever takes the terminal next must not miss a key.
 */
class TerminalAsker implements Asker {
  readonly #options: AskerOptions;
  readonly #takeover: Takeover;
  readonly #keys: ReadableStreamDefaultReader<Uint8Array>;
  readonly #queue = new KeyQueue();
  readonly #interrupted = new AbortController();
  /** Ends the prompt that is open. */
  #prompt = new AbortController();
  #page: Page = () => [];
  #asked: Asked | null = null;
  /** What the terminal shows; null = unknown. */
  #shown: readonly Painted[] | null = [];

  constructor(options: AskerOptions) {
    this.#options = options;
    this.#takeover = new Takeover(options, {
      resized: () => {
        this.#shown = null;
        this.#draw();
      },
    });
    this.#takeover.writeNow(joined([HIDE_CURSOR, MARK_PASTES]));
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
    this.#queue.end();
  }

  page(page: Page): void {
    this.#page = page;
  }

  async text(question: TextQuestion): Promise<string | typeof BACK> {
    const prompt: TextPrompt = new TextPrompt({
      ...this.#streams(),
      initialUserInput: question.initial,
      validate: (answer) => question.complaint(answer ?? "") ?? undefined,
      render: () => this.#ask(askedText(question, prompt)),
    });
    const answer = await this.#answerOf(prompt.prompt(), question, "replaces");
    if (answer === BACK) question.left?.(prompt.userInput);
    return answer;
  }

  async choose(choice: Choice): Promise<string | typeof BACK> {
    const prompt: SelectPrompt<Choice["options"][number]> = new SelectPrompt({
      ...this.#streams(),
      initialValue: choice.initial,
      options: [...choice.options],
      render: () => this.#ask({ kind: "choice", choice, at: prompt.cursor }),
    });
    return await this.#answerOf(prompt.prompt(), choice, "adds");
  }

  async wait<T>(message: string, work: Promise<T>): Promise<T> {
    const { signal } = this.#interrupted;
    const interrupted = Promise.withResolvers<never>();
    const give = () => interrupted.reject(cancelled());
    if (signal.aborted) give();
    signal.addEventListener("abort", give);
    this.#ask({ kind: "wait", message });
    try {
      return await Promise.race([work, interrupted.promise]);
    } finally {
      signal.removeEventListener("abort", give);
    }
  }

  #streams() {
    this.#prompt = new AbortController();
    if (this.#interrupted.signal.aborted) throw cancelled();
    const { signal } = this.#prompt;
    return { input: this.#queue.readable, output: nowhere(), signal };
  }

  async #answerOf(
    answering: Promise<string | symbol | undefined>,
    { isGrave }: TextQuestion | Choice,
    typing: Typing,
  ): Promise<string | typeof BACK> {
    this.#queue.open(isGrave ? "fresh" : "all", typing);
    const answer = await answering;
    this.#queue.close();
    if (this.#interrupted.signal.aborted) throw cancelled();
    return isCancel(answer) ? BACK : String(answer ?? "");
  }

  /** Draws a question as it stands; the prompts themselves draw nothing. */
  #ask(asked: Asked): string {
    this.#asked = asked;
    this.#draw();
    return "";
  }

  #draw(): void {
    const { size: sizeNow, caps } = this.#options;
    const size = sizeNow();
    const { lines, cursor } = pictureOf(this.#page(size), this.#asked, size);
    const painted = lines.map((line) => paintLine(line, caps, size.columns));
    const changes = changesBetween(this.#shown, painted);
    this.#shown = painted;
    const shown = cursor === null
      ? []
      : [csi(`${cursor.row + 1};${cursor.column + 1}H`), SHOW_CURSOR];
    this.#takeover.writeNow(joined([HIDE_CURSOR, changes, ...shown]));
  }

  async #pump(): Promise<void> {
    const pastes = new PasteFilter();
    for (;;) {
      // The read fails once the lock is released, or the terminal is gone.
      const chunk = await this.#keys.read().catch(() => null);
      if (chunk === null) return;
      if (chunk.done || chunk.value.includes(INTERRUPT)) {
        return this.interrupt();
      }
      const keys = pastes.take(chunk.value);
      this.#queue.add(keys.filter((byte) => !IGNORED.includes(byte)));
    }
  }
}

function askedText(question: TextQuestion, prompt: TextPrompt): Asked {
  const { userInput: typed, cursor, state, error } = prompt;
  const isWrong = state === "error";
  return {
    kind: "text",
    question,
    typed,
    // What was refused stands there again, and one goes on at its end.
    cursor: isWrong ? typed.length : cursor,
    complaint: isWrong ? error : null,
  };
}

/** Where prompts may write. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

function cancelled(): KarError {
  return new KarError("cancelled", "Cancelled; nothing was sent");
}
