import { type Command, commandsIn } from "./keys.ts";
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
const QUIET = "\x1b[?25l\x1b[?7l";
/** Between these a terminal that knows them shows nothing half drawn. */
const SYNC_BEGIN = "\x1b[?2026h";
const SYNC_END = "\x1b[?2026l";
const CLEAR_SCREEN = "\x1b[2J";
const CLEAR_LINE = "\x1b[2K";

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
  /** What the terminal shows; null when nobody knows. */
  #shown: readonly string[] | null = [];
  #writing: Promise<void> | null = null;
  #isOpen = true;
  readonly #forget = () => {
    this.#shown = null;
  };

  constructor({ output, input, onKey }: ScreenOptions) {
    this.#output = output;
    this.#takeover = new Takeover({ output, input }, () => this.#ended());
    if (hasResizeSignal()) Deno.addSignalListener("SIGWINCH", this.#forget);
    this.#takeover.writeNow(QUIET);
    this.#keys = input.readable.getReader();
    this.#readKeys(onKey);
  }

  /**
   * Shows lines from the top. Only lines that changed are sent. While the
   * terminal has not taken the last picture this one is skipped, so a slow
   * connection never holds up the traffic.
   */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen || this.#writing !== null) return;
    const changes = changesBetween(this.#shown, lines);
    this.#shown = lines;
    if (changes === "") return;
    this.#writing = this.#write(SYNC_BEGIN + changes + SYNC_END);
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
    while (this.#isOpen) {
      // A terminal that went away sends no keys; its signal ends the run.
      const chunk = await this.#keys.read().catch(() => null);
      if (chunk === null || chunk.done) return;
      commandsIn(chunk.value).forEach(onKey);
    }
  }

  async #write(text: string): Promise<void> {
    const bytes = ENCODER.encode(text);
    try {
      for (let sent = 0; sent < bytes.length;) {
        sent += await this.#output.write(bytes.subarray(sent));
      }
    } catch {
      // Nobody looks any more, which is no reason to end the traffic.
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

  #ended(): void {
    this.#isOpen = false;
    if (hasResizeSignal()) Deno.removeSignalListener("SIGWINCH", this.#forget);
  }
}

/** The escape sequences that turn what is shown into other lines. */
function changesBetween(
  shown: readonly string[] | null,
  lines: readonly string[],
): string {
  const known = shown ?? [];
  let changes = shown === null ? CLEAR_SCREEN : "";
  for (let row = 0; row < Math.max(known.length, lines.length); row++) {
    const line = lines[row] ?? "";
    if (line === (known[row] ?? "")) continue;
    // Erased first: behind a full line an erase would take its last character.
    changes += `\x1b[${row + 1};1H${CLEAR_LINE}${line}`;
  }
  return changes;
}

function hasResizeSignal(): boolean {
  return Deno.build.os !== "windows";
}
