import type { CapturePlan } from "../plan/mod.ts";
import type { Vars } from "../request/mod.ts";
import type { KeepSpec, KeptAnswer } from "../transport/mod.ts";

/** Looks something up in JSON; undefined = it is not there. */
export type JsonLookup = (document: unknown) => unknown;

/** Compiles a JSONPath of RFC 9535. */
export type CompileJsonPath = (path: string) => JsonLookup;

/** Options of opening captures. */
export interface CaptureOptions {
  /** The number that each name has among the journey's variables. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly compileJsonPath: CompileJsonPath;
  readonly captureBytes: number;
  readonly captureBodyBytes: number;
}

/** One capture, ready to be made. */
interface OpenCapture {
  readonly plan: CapturePlan;
  readonly number: number;
  readonly read: (answer: Answered) => string | null;
}

/** What captures read; the body is parsed once. */
interface Answered {
  readonly kept: KeptAnswer;
  readonly code: number;
  /** undefined = it is not JSON. */
  readonly json: unknown;
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const NO_JSON = Symbol("no JSON");

/** The values that a step takes from its answers. */
export class Captures {
  readonly keep: KeepSpec | null;
  readonly #captures: readonly OpenCapture[];
  readonly #captureBytes: number;
  readonly #captureBodyBytes: number;
  readonly #needsJson: boolean;
  readonly #needsBody: boolean;

  constructor(plans: readonly CapturePlan[], options: CaptureOptions) {
    const { numbers, captureBytes, captureBodyBytes } = options;
    this.#captureBytes = captureBytes;
    this.#captureBodyBytes = captureBodyBytes;
    this.#captures = plans.map((plan) => ({
      plan,
      number: numbers.get(plan.name)!,
      read: readerOf(plan, options.compileJsonPath),
    }));
    this.#needsJson = plans.some(({ from }) => from.kind === "json");
    this.#needsBody = this.#needsJson ||
      plans.some(({ from }) => from.kind === "body");
    this.keep = keepOf(plans, this.#needsBody ? captureBodyBytes : 0);
  }

  /**
   * Takes all values from an answer.
   *
   * @returns what is missing, in words without any value; null = nothing
   */
  take(
    code: number,
    kept: KeptAnswer | null,
    vars: (Uint8Array | null)[],
  ): string | null {
    if (this.#captures.length === 0) return null;
    if (this.#needsBody && kept!.isCut) {
      return `the body has more bytes than ${this.#captureBodyBytes} (limits.capture_body_bytes)`;
    }
    const json = this.#needsJson ? parsed(kept!) : NO_JSON;
    const answer = { kept: kept!, code, json };
    for (const { plan, number, read } of this.#captures) {
      const text = read(answer);
      if (text === null) {
        vars[number] = null;
        if (!plan.optional) return missing(plan, json);
        continue;
      }
      const bytes = ENCODER.encode(text);
      if (bytes.length > this.#captureBytes) {
        return `${plan.name} has more bytes than ${this.#captureBytes} (limits.capture_bytes)`;
      }
      vars[number] = bytes;
    }
    return null;
  }
}

function keepOf(
  plans: readonly CapturePlan[],
  bodyBytes: number,
): KeepSpec | null {
  const names = plans.flatMap(({ from }) =>
    from.kind === "header" ? [from.name.toLowerCase()] : []
  );
  if (names.length === 0 && bodyBytes === 0) return null;
  return { headers: new Set(names), bodyBytes };
}

function readerOf(
  { from }: CapturePlan,
  compileJsonPath: CompileJsonPath,
): OpenCapture["read"] {
  switch (from.kind) {
    case "status":
      return ({ code }) => `${code}`;
    case "header": {
      const name = from.name.toLowerCase();
      return ({ kept }) => utf8Of(kept.header(name));
    }
    case "body": {
      const regexp = new RegExp(from.pattern, "u");
      return ({ kept }) => {
        const found = regexp.exec(kept.text());
        return found === null ? null : found[1] ?? found[0];
      };
    }
    case "json": {
      const lookup = compileJsonPath(from.path);
      return ({ json }) => json === NO_JSON ? null : textOf(lookup(json));
    }
  }
}

/**
 * A value in the form in which requests use it: text as it is, everything else
 * as JSON; null is no value.
 */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A header is bytes, one in each character; what is sent later is UTF-8 again. */
function utf8Of(header: string | null): string | null {
  if (header === null) return null;
  const bytes = Uint8Array.from(header, (char) => char.charCodeAt(0));
  return DECODER.decode(bytes);
}

function parsed(kept: KeptAnswer): unknown {
  try {
    return JSON.parse(kept.text());
  } catch {
    return NO_JSON;
  }
}

function missing({ name, from }: CapturePlan, json: unknown): string {
  switch (from.kind) {
    case "header":
      return `${name}: the answer has no header ${from.name}`;
    case "body":
      return `${name}: nothing in the body matches ${from.pattern}`;
    case "json":
      return json === NO_JSON
        ? `${name}: the body is not JSON`
        : `${name}: the answer has nothing at ${from.path}`;
    case "status":
      return name;
  }
}

/** What a name holds, as text; null = nothing. */
export function capturedText(vars: Vars, number: number): string | null {
  const bytes = vars[number] ?? null;
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
