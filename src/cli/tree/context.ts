import type { System } from "../system.ts";

/** What the command tree acts on. */
export interface TreeContext {
  readonly system: System;
  /** Receives the exit code of the command that ran. */
  readonly ended: (code: number) => void;
}

/** Lines that end a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
