import { KarError, messageOf, type Painted, plain } from "../base/mod.ts";
import { wrapLines } from "../report/format/mod.ts";
import type { ConsoleSize, Output, SideOutput } from "./system.ts";
import { TextOutput } from "./text_output.ts";

/**
 * Standard output carries the result: a slow reader is waited for, and a text
 * that cannot be written ends kar with an error.
 */
export function standardOutput(): Output {
  return new OutputStream(Deno.stdout, {
    onFull: waitOrGiveUp,
    onError: refuse,
  });
}

/**
 * Standard error carries words on the side, which may be lost. What comes while
 * traffic flows is written soon, since a reader that stopped (Ctrl-S, a pager)
 * would hold up all of kar otherwise; the rest at once. On a terminal, lines
 * break between words.
 */
export function standardError(): SideOutput {
  return new SideStream(Deno.stderr);
}

/** Size of the terminal now; undefined without one. */
export function consoleSize(): ConsoleSize | undefined {
  try {
    return Deno.consoleSize();
  } catch {
    return undefined;
  }
}

/** How long a full pipe is waited for before its reader counts as stuck. */
const FULL_PIPE_WAIT_MS = 60_000;
const FULL_PIPE_STEP_MS = 2;

/**
 * A pipe takes this much as a whole or not at all (POSIX, PIPE_BUF). Of more,
 * `writeSync` may write a part and then throw, and nobody knows which part.
 */
const WHOLE_BYTES = 512;

/** What may wait for a reader that takes nothing; more is lost. */
const WAITING_CHARS_MAX = 65_536;
/** How long the end of kar waits for such a reader. */
const FLUSH_MS = 1000;

/** What a stream does when it cannot write. */
interface WritePolicy {
  /** Whether to try again; otherwise the rest of the text is lost. */
  readonly onFull: (waitedMs: number) => boolean;
  readonly onError: (why: string) => void;
}

/**
 * Writes as a whole and at once, since the process may end right after.
 *
 * A pipe whose reader has gone (`kar simulate | head`) is not an error: the rest is
 * dropped. A pipe that some parent process made non-blocking refuses bytes
 * while it is full.
 */
class OutputStream extends TextOutput {
  readonly isTerminal: boolean;
  readonly #file: typeof Deno.stdout;
  readonly #policy: WritePolicy;
  #isOpen = true;

  constructor(file: typeof Deno.stdout, policy: WritePolicy) {
    super();
    this.isTerminal = file.isTerminal();
    this.#file = file;
    this.#policy = policy;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  paint(text: Painted): void {
    let rest = new TextEncoder().encode(text);
    let waitedMs = 0;
    while (this.#isOpen && rest.length > 0) {
      const written = this.#tryWrite(rest.subarray(0, WHOLE_BYTES));
      rest = rest.subarray(written);
      waitedMs = written > 0 ? 0 : waitedMs + FULL_PIPE_STEP_MS;
      if (written === 0 && !this.#policy.onFull(waitedMs)) return;
    }
  }

  /** @returns bytes written; 0 when the pipe is full */
  #tryWrite(bytes: Uint8Array): number {
    try {
      return this.#file.writeSync(bytes);
    } catch (error) {
      if (error instanceof Deno.errors.WouldBlock) return 0;
      this.#isOpen = false;
      if (!(error instanceof Deno.errors.BrokenPipe)) {
        this.#policy.onError(messageOf(error));
      }
      return bytes.length;
    }
  }
}

class SideStream extends OutputStream implements SideOutput {
  readonly #file: typeof Deno.stderr;
  #waiting = "";
  #writing: Promise<void> | null = null;

  constructor(file: typeof Deno.stderr) {
    super(file, { onFull: () => false, onError: () => {} });
    this.#file = file;
  }

  override write(text: string): void {
    this.paint(this.#wrapped(text));
  }

  writeSoon(text: string): void {
    if (this.#waiting.length + text.length > WAITING_CHARS_MAX) return;
    this.#waiting += this.#wrapped(text);
    this.#writing ??= this.#writeAll();
  }

  async flushed(): Promise<void> {
    if (this.#writing === null) return;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, FLUSH_MS);
    await Promise.race([this.#writing, late.promise]);
    clearTimeout(timer);
  }

  /** A reader that is not a terminal gets lines as they are: it may look for them. */
  #wrapped(text: string): Painted {
    const columns = this.isTerminal ? consoleSize()?.columns ?? 0 : 0;
    return columns === 0 ? plain(text) : plain(wrapLines(plain(text), columns));
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting !== "") {
      const bytes = new TextEncoder().encode(this.#waiting);
      this.#waiting = "";
      // A reader that has gone, or a pipe that is full and refuses to wait.
      await this.#write(bytes).catch(() => {});
    }
    this.#writing = null;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      const sent = await this.#file.write(rest.subarray(0, WHOLE_BYTES));
      rest = rest.subarray(sent);
    }
  }
}

function waitOrGiveUp(waitedMs: number): boolean {
  if (waitedMs > FULL_PIPE_WAIT_MS) {
    refuse(`its reader took nothing for ${FULL_PIPE_WAIT_MS / 1000} s`);
  }
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(nothing, 0, 0, FULL_PIPE_STEP_MS);
  return true;
}

function refuse(why: string): never {
  throw new KarError(
    "cannotStart",
    `Cannot write to standard output: ${why}`,
  );
}
