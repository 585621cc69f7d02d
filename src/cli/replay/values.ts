import { InvalidArgumentError } from "@commander-js/extra-typings";

const SPEED_MAX = 1000;
const COPIES_MAX = 100;
const LOOPS_MAX = 1_000_000;
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

/** How much faster a trace passes. */
export function speedValue(text: string): number {
  return factorWithin(text, SPEED_MAX);
}

/** How many times the traffic of a trace is sent. */
export function copiesValue(text: string): number {
  return factorWithin(text, COPIES_MAX);
}

/** How often a trace is sent, one time after the other. */
export function loopValue(text: string): number {
  const loops = Number(text);
  if (Number.isInteger(loops) && loops >= 1 && loops <= LOOPS_MAX) return loops;
  throw new InvalidArgumentError(
    `Write a whole number from 1 to ${LOOPS_MAX}.`,
  );
}

/** Methods that are sent, separated by commas. */
export function methodsValue(text: string): string[] {
  const methods = text.toUpperCase().split(",").map((word) => word.trim());
  const wrong = methods.find((method) => !METHODS.includes(method));
  if (wrong === undefined) return methods;
  throw new InvalidArgumentError(
    `Write methods such as GET,POST, of ${METHODS.join(", ")}.`,
  );
}

function factorWithin(text: string, most: number): number {
  const factor = Number(text);
  if (text.trim() !== "" && factor >= 0.01 && factor <= most) return factor;
  throw new InvalidArgumentError(`Write a number from 0.01 to ${most}.`);
}
