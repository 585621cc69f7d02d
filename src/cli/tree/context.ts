import { Option } from "@commander-js/extra-typings";
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

/** How much of a report is printed. */
export function reportForm() {
  return new Option("--report <FORM>", "how much of it to print")
    .choices(["full", "short"]).default("full" as const);
}

/** How lines of the log are written. */
export function logFormat() {
  return new Option("--log-format <FORMAT>", "format of log lines")
    .choices(["text", "json"]).default("text" as const);
}
