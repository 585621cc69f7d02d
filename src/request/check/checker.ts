import { excerpt, printable } from "../../base/mod.ts";
import {
  type AnswerCheck,
  type Json,
  makeBody,
  makeText,
  type Making,
  makingOf,
  type MakingOptions,
} from "../content/mod.ts";
import { includes } from "../data/mod.ts";
import type { DrawKey } from "../draws.ts";
import type { Text } from "../fields/mod.ts";

/** Bytes of an answer's body that its checks see. */
const CHECKED_BYTES = 64 * 1024;
/** How much of a value a reason shows. */
const SHOWN_CHARS = 60;

/** Finds a value in a document of JSON; `undefined` = there is none. */
export type FindJson = (document: unknown) => unknown;

/** Compiles a JSONPath; throws for what is none. */
export type CompileFindJson = (path: string) => FindJson;

/** What of an answer is checked. */
export interface CheckedAnswer {
  readonly code: number;
  /** The first value of a header, by its name in lower case; null = there is none. */
  header(name: string): string | null;
  readonly body: Uint8Array;
  /** The body is longer than what is there of it. */
  readonly isCut: boolean;
}

/** Says what is wrong with an answer; null = it is as it should be. */
type Complain = (answer: CheckedAnswer, document: Document) => string | null;

/** Checks the answers of one target. */
export class AnswerChecker {
  /** Names of the headers that are looked at, in lower case. */
  readonly headers: ReadonlySet<string>;
  /** Bytes of the body that are looked at; 0 = none. */
  readonly bodyBytes: number;
  readonly #complains: readonly Complain[];
  readonly #making: Making;

  constructor(
    check: AnswerCheck,
    making: Making,
    complains: readonly Complain[],
  ) {
    const { headers, contains, matches, json } = check;
    this.headers = new Set(headers.map(([name]) => name.toLowerCase()));
    const looks = contains !== null || matches !== null || json.length > 0;
    this.bodyBytes = looks ? CHECKED_BYTES : 0;
    this.#complains = complains;
    this.#making = making;
  }

  /** Why the answer to an arrival's request is not as it should be; null = it is. */
  complaint(key: DrawKey, answer: CheckedAnswer): string | null {
    this.#making.compile.draws.begin(key);
    const document = new Document(answer);
    for (const complain of this.#complains) {
      const why = complain(answer, document);
      if (why !== null) return why;
    }
    return null;
  }
}

/**
 * Makes a target's checks ready.
 *
 * @throws {KarError} (config) for one that cannot be made
 */
export function compileCheck(
  check: AnswerCheck,
  options: MakingOptions,
  compileJson: CompileFindJson,
): AnswerChecker {
  const making = makingOf(options);
  return new AnswerChecker(check, making, [
    ...(check.status === null ? [] : [statusIs(check.status)]),
    ...check.headers.map(([name, value]) => headerIs(name, value, making)),
    ...(check.contains === null ? [] : [contains(check.contains, making)]),
    ...(check.matches === null ? [] : [matches(check.matches, making)]),
    ...check.json.map(([path, value]) =>
      jsonIs(compiled(path, compileJson, making), { path, value }, making)
    ),
  ]);
}

function statusIs(ranges: NonNullable<AnswerCheck["status"]>): Complain {
  const wanted = ranges.map(([from, to]) =>
    from === to ? from : `${from}-${to}`
  )
    .join(", ");
  return ({ code }) =>
    ranges.some(([from, to]) => code >= from && code <= to)
      ? null
      : `status: ${code}, must be ${wanted}`;
}

function headerIs(name: string, value: string, making: Making): Complain {
  const text = makeText(value, {
    place: "body",
    where: `check.header ${name}`,
  }, making);
  return (answer) => {
    const wanted = textOf(text, making);
    const found = answer.header(name.toLowerCase());
    return found === wanted
      ? null
      : `header ${name}: ${shown(found)}, must be ${shown(wanted)}`;
  };
}

function contains(value: string, making: Making): Complain {
  const text = makeText(value, {
    place: "body",
    where: "check.body.contains",
  }, making);
  return ({ body, isCut }) => {
    const wanted = bytesOf(text, making);
    if (wanted.length === 0 || includes(body, wanted)) return null;
    const where = isCut ? `its first ${CHECKED_BYTES} bytes` : "it";
    return `body: ${shown(decoded(wanted))} is not in ${where}`;
  };
}

function matches(pattern: string, making: Making): Complain {
  const { expand } = making.compile;
  const regexp = regExpOf(expand(pattern), making);
  return ({ body }) =>
    regexp.test(decoded(body))
      ? null
      : `body: does not match ${shown(pattern)}`;
}

function regExpOf(pattern: string, making: Making): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return making.wrong("check.body.matches", "must be a regular expression");
  }
}

function compiled(
  path: string,
  compileJson: CompileFindJson,
  making: Making,
): FindJson {
  try {
    return compileJson(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return making.wrong(`check.json ${path}`, `must be a JSONPath: ${why}`);
  }
}

function jsonIs(
  find: FindJson,
  { path, value }: { readonly path: string; readonly value: Json },
  making: Making,
): Complain {
  const { text } = makeBody({ kind: "json", value }, {
    ...making,
    step: `${making.step} check.json ${path}`,
  });
  return (_, document) => {
    const wanted: unknown = JSON.parse(textOf(text, making));
    const root = document.json();
    if (root === undefined) return `json ${path}: the body is not JSON`;
    const found = find(root);
    return isSame(found, wanted)
      ? null
      : `json ${path}: ${shownJson(found)}, must be ${shownJson(wanted)}`;
  };
}

/** A body that is read as JSON at most once. */
class Document {
  readonly #answer: CheckedAnswer;
  #json: unknown = null;
  #isRead = false;

  constructor(answer: CheckedAnswer) {
    this.#answer = answer;
  }

  /** `undefined` = it is not JSON. */
  json(): unknown {
    if (!this.#isRead) {
      this.#isRead = true;
      try {
        this.#json = JSON.parse(decoded(this.#answer.body));
      } catch {
        this.#json = undefined;
      }
    }
    return this.#json;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const isTree = typeof a === "object" && typeof b === "object" &&
    a !== null && b !== null && Array.isArray(a) === Array.isArray(b);
  if (!isTree) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length &&
    left.every(([key, value]) =>
      Object.hasOwn(b, key) && isSame(value, b[key as keyof typeof b])
    );
}

function bytesOf(text: Text, { compile: { draws } }: Making): Uint8Array {
  const bytes = new Uint8Array(text.most);
  return bytes.subarray(0, text.write(bytes, 0, draws));
}

function textOf(text: Text, making: Making): string {
  return decoded(bytesOf(text, making));
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function shown(text: string | null): string {
  return text === null ? "nothing" : `"${excerpt(text, SHOWN_CHARS)}"`;
}

function shownJson(value: unknown): string {
  if (value === undefined) return "nothing";
  return excerpt(printable(JSON.stringify(value)), SHOWN_CHARS);
}
