import { csi, joined, type Painted } from "../base/mod.ts";
import { changesBetween } from "./difference.ts";
import { type Command, KeyReader, MARK_PASTES } from "./keys.ts";
import {
  Takeover,
  type TerminalInput,
  type TerminalOutput,
} from "./takeover.ts";

/** What a screen is opened on. */
export interface ScreenOptions {
  readonly output: TerminalOutput;
  readonly input: TerminalInput;
  readonly onKey: (command: Command) => void;
}

/** Hidden cursor, no wrapping at the edge. */
const QUIET = joined([csi("?25l"), csi("?7l")]);
/** The bytes of one key come closer together than this. */
const KEY_GAP_MS = 200;

/** How long a close waits for a terminal that takes nothing more. */
const CLOSE_WAIT_MS = 500;
const ENCODER = new TextEncoder();

/** Takes the terminal: raw keys, alternate screen. */
export function openScreen(options: ScreenOptions): Screen {
  return new Screen(options);
}

/** A terminal in use, until `close`. */
export class Screen {
  readonly #output: TerminalOutput;
  readonly #takeover: Takeover;
  readonly #keys: ReadableStreamDefaultReader<Uint8Array>;
  /** What the terminal shows; null = unknown. */
  #shown: readonly Painted[] | null = [];
  #writing: Promise<void> | null = null;
  #isOpen = true;

  constructor({ output, input, onKey }: ScreenOptions) {
    this.#output = output;
    this.#takeover = new Takeover({ output, input }, {
      resized: () => this.#shown = null,
      ended: () => this.#isOpen = false,
    });
    this.#takeover.writeNow(joined([QUIET, MARK_PASTES]));
    this.#keys = input.readable.getReader();
    this.#readKeys(onKey);
  }

  /**
   * Shows lines from the top. Only lines that changed are sent. While the
   * terminal has not taken the last picture this one is skipped, so a slow
   * connection never holds up the traffic.
   */
  draw(lines: readonly Painted[]): void {
    if (!this.#isOpen || this.#writing !== null) return;
    const changes = changesBetween(this.#shown, lines);
    this.#shown = lines;
    if (changes !== "") this.#writing = this.#write(changes);
  }

  /** Gives the terminal back; safe to call twice. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#lastWrite();
    this.#takeover.giveBack();
    // A read under way would keep the process alive.
    await this.#keys.cancel().catch(() => {});
  }

  async #readKeys(onKey: (command: Command) => void): Promise<void> {
    const keys = new KeyReader();
    while (this.#isOpen) {
      const askedMs = performance.now();
      // A terminal that went away sends no keys; its signal ends the run.
      const chunk = await this.#keys.read().catch(() => null);
      if (chunk === null || chunk.done) return;
      if (performance.now() - askedMs > KEY_GAP_MS) keys.pause();
      keys.read(chunk.value).forEach(onKey);
    }
  }

  async #write(text: Painted): Promise<void> {
    const bytes = ENCODER.encode(text);
    try {
      for (let sent = 0; sent < bytes.length;) {
        sent += await this.#output.write(bytes.subarray(sent));
      }
    } catch {
      // The terminal is gone, which is no reason to end the traffic.
      this.#shown = null;
    }
    this.#writing = null;
  }

  async #lastWrite(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_WAIT_MS);
    await Promise.race([this.#writing, promise]);
    clearTimeout(timer);
  }
}
