import { csi, joined, type Painted } from "../base/mod.ts";
import { UNMARK_PASTES } from "./keys.ts";

/** Where a screen is drawn; `Deno.stdout` is one. */
export interface TerminalOutput {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
}

/** Source of keys; `Deno.stdin` is one. */
export interface TerminalInput {
  readonly readable: ReadableStream<Uint8Array>;
  setRaw(isRaw: boolean): void;
}

/** Alternate screen, empty. */
const ENTER = joined([csi("?1049h"), csi("2J")]);
/** Undoes whatever was switched on, and shows what was there before. */
const LEAVE = joined([
  csi("0m"),
  csi("?7h"),
  csi("?25h"),
  UNMARK_PASTES,
  csi("?1049l"),
]);
/** Events on which a program ends without warning. */
const LAST_EVENTS = ["unload", "error", "unhandledrejection"] as const;
const HAS_RESIZE_SIGNAL = Deno.build.os !== "windows";
const ENCODER = new TextEncoder();

/** Callbacks of a taken-over terminal. */
export interface TakeoverEvents {
  /** Its size has changed, so what it shows is unknown. */
  readonly resized: () => void;
  /** It was given back; called once. */
  readonly ended?: () => void;
}

/**
 * A terminal that was taken: raw keys, alternate screen. It is given back by
 * `giveBack`, and by itself when the program is about to die.
 */
export class Takeover {
  readonly #output: TerminalOutput;
  readonly #input: TerminalInput;
  readonly #on: TakeoverEvents;
  #isHeld = true;
  readonly #onLastEvent = () => this.giveBack();

  constructor(
    { output, input }: {
      readonly output: TerminalOutput;
      readonly input: TerminalInput;
    },
    on: TakeoverEvents,
  ) {
    this.#output = output;
    this.#input = input;
    this.#on = on;
    input.setRaw(true);
    if (HAS_RESIZE_SIGNAL) Deno.addSignalListener("SIGWINCH", on.resized);
    for (const event of LAST_EVENTS) addEventListener(event, this.#onLastEvent);
    this.writeNow(ENTER);
  }

  /** Writes all of a text at once; nothing happens where nobody looks any more. */
  writeNow(text: Painted): void {
    const bytes = ENCODER.encode(text);
    try {
      for (let sent = 0; sent < bytes.length;) {
        sent += this.#output.writeSync(bytes.subarray(sent));
      }
    } catch {
      // A terminal that is gone shows nothing, which is no reason to end.
    }
  }

  /** Safe to call twice. */
  giveBack(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    for (const event of LAST_EVENTS) {
      removeEventListener(event, this.#onLastEvent);
    }
    if (HAS_RESIZE_SIGNAL) {
      Deno.removeSignalListener("SIGWINCH", this.#on.resized);
    }
    this.#on.ended?.();
    try {
      this.#input.setRaw(false);
    } catch {
      // The terminal is gone, and its mode with it.
    }
    this.writeNow(LEAVE);
  }
}
