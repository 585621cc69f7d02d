import { absorb } from "../../base/mod.ts";
import { ArrivalDraws, type DrawKey, streamOf } from "../../request/mod.ts";
import { ScriptUseError } from "../thrown.ts";

/** Longer numbers may be anything. */
const SHOWN_CHARS_MAX = 4;

/** What a script draws with. */
export interface ScriptRandom {
  unit(): number;
  int(from: number, to: number): number;
  pick<T>(all: readonly T[]): T;
  uuid(): string;
  exponential(mean: number): number;
}

/**
 * Random numbers for a script's journeys: each draw is a function of the
 * arrival's key and the draw's number.
 */
export class ScriptChance {
  readonly #draws: ArrivalDraws;
  readonly #stream: number;

  constructor(seed: number, journey: string) {
    this.#draws = new ArrivalDraws(seed, () => 0);
    this.#stream = streamOf("script", journey);
  }

  /** The random numbers of one journey. */
  of(key: DrawKey): ScriptRandom {
    let count = 0;
    const next = () => {
      this.#draws.begin(key);
      return absorb(this.#stream, count++);
    };
    const unit = () => this.#draws.unit(next());
    const word = () => this.#draws.word(next());
    return Object.freeze({
      unit,
      int: (from: number, to: number) => {
        refuseUnless(
          isWhole(from) && isWhole(to) && from <= to,
          () =>
            `int: must be two whole numbers, the smaller one first, got ${
              shown(from)
            } and ${shown(to)}`,
        );
        return from + Math.floor(unit() * (to - from + 1));
      },
      pick: <T>(all: readonly T[]) => {
        refuseUnless(
          Array.isArray(all) && all.length > 0,
          () =>
            `pick: must have a list with something in it, got ${shown(all)}`,
        );
        return all[Math.floor(unit() * all.length)]!;
      },
      uuid: () => uuidOf([word(), word(), word(), word()]),
      exponential: (mean: number) => {
        refuseUnless(
          Number.isFinite(mean) && mean >= 0,
          () =>
            `exponential: must have a mean of 0 or more, got ${shown(mean)}`,
        );
        return -Math.log1p(-unit()) * mean;
      },
    });
  }
}

function refuseUnless(isRight: boolean, why: () => string): void {
  if (!isRight) throw new ScriptUseError(why());
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

/** A short number as it is; of all else only what it is, since it may be a secret. */
function shown(value: unknown): string {
  if (typeof value === "number") {
    const text = `${value}`;
    const isShort = text.length <= SHOWN_CHARS_MAX || !Number.isFinite(value);
    return isShort ? text : "a number";
  }
  if (Array.isArray(value) && value.length === 0) return "an empty list";
  if (Array.isArray(value)) return "a list";
  if (value === null || value === undefined) return `${value}`;
  return { string: "a text", boolean: "a boolean" }[typeof value as string] ??
    "something else";
}

/** Version 4, variant 1 (RFC 9562, 5.4). */
function uuidOf(words: readonly number[]): string {
  const hex = words.map((word) => word.toString(16).padStart(8, "0")).join("");
  const variant = (8 + (parseInt(hex[16]!, 16) & 3)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}
