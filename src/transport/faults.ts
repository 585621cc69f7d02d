import { excerpt, KarError, printable } from "../base/mod.ts";

/** Something of a target's config that cannot be used. */
export interface Fault {
  /** Keys and list indexes from the target to what is wrong. */
  readonly path: readonly (string | number)[];
  /** What is wrong, the value, and what would be right; never what a variable holds. */
  readonly message: string;
}

/** A target that cannot be used as its config has it, with all that is wrong. */
export class TargetFaults extends KarError {
  readonly faults: readonly Fault[];

  /** @param target the target's name */
  constructor(readonly target: string, faults: readonly Fault[]) {
    // Some of the words are a server's, or stand in a file of somebody else.
    const shown = faults.map(({ path, message }) => ({
      path,
      message: printable(message),
    }));
    const lines = shown.map(({ path, message }) => {
      const keys = path.map((step) => excerpt(String(step))).join(".");
      return `target ${target}: ${keys === "" ? "" : `${keys}: `}${message}`;
    });
    super("config", lines.join("\n"));
    this.faults = shown;
  }
}
