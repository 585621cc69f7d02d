import { excerpt } from "./printable.ts";

/** How much of a value a message shows. */
const SHOWN_CHARS = 60;

/** A value is not what it must be; the message names its place, the value, and what would be right. */
export class Unfit extends Error {
  override readonly name = "Unfit";
}

/**
 * A value that was read from outside as plain JSON, and its place. Each method
 * gives it as what it must be.
 *
 * @throws {Unfit} from each method, when it is something else
 */
export class Untrusted {
  readonly #value: unknown;
  readonly #key: string | number;
  /** What it was found in; null = it is the whole. */
  readonly #whole: Untrusted | null;

  /**
   * @param key where it stands: the name of the whole, or its key inside `whole`
   */
  constructor(
    value: unknown,
    key: string | number,
    whole: Untrusted | null = null,
  ) {
    this.#value = value;
    this.#key = key;
    this.#whole = whole;
  }

  /** Its place in words. Made when it is asked for: of all values that are read, few are wrong. */
  get place(): string {
    const key = String(this.#key);
    if (this.#whole === null) return key;
    const name = excerpt(key, SHOWN_CHARS);
    const { place } = this.#whole;
    return place === "" ? name : `${place}.${name}`;
  }

  /** Whether it is null. */
  get isNull(): boolean {
    return this.#value === null;
  }

  /** Whether it is a text. */
  get isText(): boolean {
    return typeof this.#value === "string";
  }

  /** Whether it is a number. */
  get isNumber(): boolean {
    return typeof this.#value === "number";
  }

  /** Whether it is a list. */
  get isList(): boolean {
    return Array.isArray(this.#value);
  }

  /** Whether it is an object, and no list. */
  get isObject(): boolean {
    return typeof this.#value === "object" && this.#value !== null &&
      !this.isList;
  }

  /** What stands at a key of an object; a key that is not there is `undefined`. */
  at(key: string): Untrusted {
    const object = this.object();
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    return new Untrusted(value, key, this);
  }

  /** Whether an object has a key. */
  has(key: string): boolean {
    return Object.hasOwn(this.object(), key);
  }

  /** All keys of an object with what stands there. */
  entries(): [key: string, value: Untrusted][] {
    return Object.entries(this.object()).map(([key, value]) => [
      key,
      new Untrusted(value, key, this),
    ]);
  }

  /** The items of a list. */
  items(countMax: number): Untrusted[] {
    const value = this.#value;
    if (!Array.isArray(value)) throw this.unfit("a list");
    if (value.length > countMax) {
      throw this.unfit(`a list of at most ${countMax}`);
    }
    return value.map((item, i) => new Untrusted(item, i, this));
  }

  /** A number within bounds, both included. */
  number(min: number, max: number): number {
    const value = this.#value;
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw this.unfit(`from ${min} to ${max}`);
  }

  /** A whole number within bounds, both included. */
  whole(min: number, max: number): number {
    const value = this.number(min, max);
    if (Number.isInteger(value)) return value;
    throw this.unfit("a whole number");
  }

  /** A list of whole numbers within bounds, both included. */
  wholes(
    countMax: number,
    { min, max }: { readonly min: number; readonly max: number },
  ): readonly number[] {
    const value = this.#value;
    const isFit = Array.isArray(value) && value.length <= countMax &&
      value.every((n) => Number.isInteger(n) && n >= min && n <= max);
    // Looked at again one by one, to name the one that is wrong.
    return isFit ? value : this.items(countMax).map((n) => n.whole(min, max));
  }

  /** A text of a bounded length. */
  text(charsMax: number): string {
    const value = this.#value;
    if (typeof value === "string" && value.length <= charsMax) return value;
    throw this.unfit(`a text of at most ${charsMax} characters`);
  }

  /** True or false. */
  flag(): boolean {
    if (typeof this.#value === "boolean") return this.#value;
    throw this.unfit("true or false");
  }

  /** One of some words or numbers. */
  oneOf<Word extends string | number>(words: readonly Word[]): Word {
    const found = words.find((word) => word === this.#value);
    if (found === undefined) throw this.unfit(`one of ${words.join(", ")}`);
    return found;
  }

  /** What `read` gives, or null. */
  orNull<Result>(read: (value: Untrusted) => Result): Result | null {
    return this.isNull ? null : read(this);
  }

  /** The error for a value that is wrong for another reason. */
  unfit(must: string): Unfit {
    const text = this.#value === undefined
      ? "missing"
      : excerpt(JSON.stringify(this.#value) ?? typeof this.#value, SHOWN_CHARS);
    return new Unfit(`${this.place} is ${text}, must be ${must}`);
  }

  /** An object as it is, with whatever is in it. */
  object(): Readonly<Record<string, unknown>> {
    const value = this.#value;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    throw this.unfit("an object");
  }
}
