import type { Cancel, Painted, Unpainted } from "../base/mod.ts";
import type { TerminalInput, TerminalOutput } from "../screen/mod.ts";

/** One of the process's two streams of text. */
export interface Output {
  /** Whether a person is looking. */
  readonly isTerminal: boolean;
  /** Whether anybody still reads; known once something was written. */
  readonly isOpen: boolean;
  /**
   * Writes all of the text, with whatever a terminal would obey shown by its
   * code; nothing happens once the reader has gone.
   */
  write(text: Unpainted): void;
  /** The same for a text that holds kar's own escape sequences. */
  paint(text: Painted): void;
}

/** Standard error: words beside the result. */
export interface SideOutput extends Output {
  /**
   * Writes a text in its turn, and holds up nobody meanwhile, be it that no
   * reader takes anything any more: what finds no room is lost.
   */
  writeSoon(text: Unpainted): void;
  /** Waits until all of that is written, but no longer than a second. */
  flushed(): Promise<void>;
}

/** A terminal that a person sits at. */
export interface Terminal {
  readonly output: TerminalOutput;
  readonly input: TerminalInput;
}

/** Size of a terminal in characters. */
export interface ConsoleSize {
  readonly columns: number;
  readonly rows: number;
}

/** What kar runs on. */
export interface Runtime {
  readonly deno: string;
  readonly v8: string;
  readonly os: string;
  readonly arch: string;
}

/**
 * Everything of the process that the command line touches, but the files that a
 * user names and kar's own folders. Commands take it as an argument, so a test
 * runs the whole of kar in memory with a fake one. Its functions need no `this`:
 * they may be handed on.
 */
export interface System {
  /** The words after the program's name. */
  readonly args: readonly string[];
  readonly stdout: Output;
  readonly stderr: SideOutput;
  /** Screen and keyboard; null where one of them is not a terminal, or a dumb one. */
  readonly terminal: Terminal | null;
  readonly runtime: Runtime;
  /** Process id. */
  readonly pid: number;
  /** Variables of the environment; read when asked, since a few are wanted. */
  readonly env: (name: string) => string | undefined;
  /** Size of the terminal now; undefined without one. */
  readonly consoleSize: () => ConsoleSize | undefined;
  /** The text of a config file, a bounded read; @throws {KarError} `config` */
  readonly readConfigFile: (path: string) => Promise<string>;
  /** Whether a path is a folder that exists. */
  readonly isFolder: (path: string) => Promise<boolean>;
  /** Milliseconds since the epoch. */
  readonly wallMs: () => number;
  /** IANA name of the machine's time zone. */
  readonly zone: () => string;
  /** A random seed, from 0 to 2^32 − 1. */
  readonly drawSeed: () => number;
  /** Calls `task` each time someone asks the process to end, or takes its terminal away. */
  readonly onStopSignal: (task: () => void) => Cancel;
  /** Calls `task` each time a process without a terminal is asked to read its files again. */
  readonly onReloadSignal: (task: () => void) => Cancel;
  /** Calls `task` again and again; does not keep the process alive. */
  readonly every: (intervalMs: number, task: () => void) => Cancel;
  /** How long the end of a run waits for whoever follows it; absent = 4 s. */
  readonly patienceMs?: number;
}

const COLUMNS_WITHOUT_TERMINAL = 80;

/** Columns of text on standard output, or on another stream. */
export function textColumns(
  { stdout, consoleSize }: System,
  { isTerminal }: Output = stdout,
): number {
  const size = isTerminal ? consoleSize() : undefined;
  return size?.columns ?? COLUMNS_WITHOUT_TERMINAL;
}
