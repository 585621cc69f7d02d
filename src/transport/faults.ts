import { excerpt, KarError, printable } from "../base/mod.ts";

/** Something in a target's config that cannot be used. */
export interface ConfigFault {
  /** Keys and list indexes from the target to what is wrong. */
  readonly path: readonly (string | number)[];
  /** What is wrong, the value, and what would be right; never what a variable holds. */
  readonly message: string;
}

/** A fault, and the name of the target that has it. */
export interface TargetFault extends ConfigFault {
  readonly target: string;
}

/** Targets that cannot be used as their config has them, with all that is wrong. */
export class TargetFaults extends KarError {
  readonly faults: readonly TargetFault[];

  constructor(faults: readonly TargetFault[]) {
    // Some of the words come from a server, or from a file that somebody else
    // wrote.
    const shown = faults.map((fault) => ({
      ...fault,
      message: printable(fault.message),
    }));
    super("config", shown.map(lineOf).join("\n"));
    this.faults = shown;
  }

  /** The faults of one target. */
  static of(target: string, faults: readonly ConfigFault[]): TargetFaults {
    return new TargetFaults(faults.map((fault) => ({ ...fault, target })));
  }
}

function lineOf({ target, path, message }: TargetFault): string {
  const keys = path.map((step) => excerpt(String(step))).join(".");
  return `target ${target}: ${keys === "" ? "" : `${keys}: `}${message}`;
}
