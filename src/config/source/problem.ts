import { printable } from "../../base/mod.ts";

/** Where something stands: line and column from 1; line 0 = not in a file. */
export interface Place {
  /** The file as the user named it, or `--set`. */
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** One thing that is wrong with a configuration, or legal but surprising. */
export interface Problem extends Place {
  /** Keys and list indexes joined by dots; empty = the whole file. */
  readonly path: string;
  readonly severity: "error" | "warning";
  /** What is wrong, the value, and what would be right. Never holds a variable's value. */
  readonly message: string;
}

/** One line, `file:line:col: path: message`, for people and for editors. */
export function formatProblem(problem: Problem): string {
  const { file, line, col, path, severity, message } = problem;
  const text = severity === "warning" ? `warning: ${message}` : message;
  if (isOfFlag(problem)) {
    const flag = file === SET_FLAG ? `${file} ${path}` : file;
    return printable(`${flag}: ${text}`);
  }
  const place = line > 0 ? `${file}:${line}:${col}` : file;
  return printable(
    [place, path, text].filter((part) => part !== "").join(": "),
  );
}

/** The flag that changes a key of the file. */
export const SET_FLAG = "--set";

/** Whether what is wrong stands on the command line, not in a file. */
export function isOfFlag({ file, line }: Problem): boolean {
  return line === 0 && file.startsWith("--");
}
