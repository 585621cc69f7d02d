import { absorb } from "../../base/mod.ts";
import { ArrivalDraws, type DrawKey, streamOf } from "../../request/mod.ts";

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
      int: (from: number, to: number) =>
        Math.floor(from) + Math.floor(unit() * (to - from + 1)),
      pick: <T>(all: readonly T[]) => all[Math.floor(unit() * all.length)]!,
      uuid: () => uuidOf([word(), word(), word(), word()]),
      exponential: (mean: number) => -Math.log1p(-unit()) * mean,
    });
  }
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
