import { ScriptUseError } from "../thrown.ts";

/** What a script may use of Deno's globals: nothing that reaches out, waits, or is random. */
const KEPT: ReadonlySet<string> = new Set(
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined
  Boolean String Symbol Date Promise RegExp Error AggregateError EvalError
  RangeError ReferenceError SyntaxError TypeError URIError SuppressedError
  globalThis JSON Math Intl ArrayBuffer Uint8Array Int8Array Uint16Array
  Int16Array Uint32Array Int32Array BigUint64Array BigInt64Array
  Uint8ClampedArray Float16Array Float32Array Float64Array DataView Map BigInt
  Set Iterator WeakMap WeakSet WeakRef FinalizationRegistry Proxy Reflect
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape
  isFinite isNaN queueMicrotask AbortController AbortSignal DOMException
  Event EventTarget TextDecoder TextEncoder URL URLSearchParams atob btoa
  crypto Crypto CryptoKey SubtleCrypto performance Performance structuredClone
  Temporal DisposableStack AsyncDisposableStack`.split(/\s+/),
);

const CHANCE = "must not be used in a script: use random of the context";
const TIME = "must not be used in a script: use think of the context";
const CODE = "must not be used in a script: code stands in its files";

/** A function that throws the reason why it is not available. */
function refuse(name: string, why: string): () => never {
  return () => {
    throw new ScriptUseError(`${name} ${why}`);
  };
}

/**
 * Removes from this thread everything that a script must not have, before the
 * script is evaluated. The thread has no permissions either, and that is what
 * protects; this gives the error messages.
 */
export function lock(): void {
  const all = globalThis as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!KEPT.has(name)) delete all[name];
  }
  for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
    put(all, name, refuse(name, TIME));
  }
  put(AbortSignal, "timeout", refuse("AbortSignal.timeout", TIME));
  put(Math, "random", refuse("Math.random", CHANCE));
  const chance = Object.getPrototypeOf(crypto);
  put(chance, "getRandomValues", refuse("crypto.getRandomValues", CHANCE));
  put(chance, "randomUUID", refuse("crypto.randomUUID", CHANCE));
  // Otherwise the content of an answer could appear on the terminal.
  for (const [name, value] of Object.entries({ console: silentConsole() })) {
    put(all, name, value);
  }
  lockCode(all);
}

/** Text cannot become code: it could import something that the script's files do not. */
function lockCode(all: Record<string, unknown>): void {
  put(all, "eval", refuse("eval", CODE));
  const functions = [
    function () {},
    async function () {},
    function* () {},
    async function* () {},
  ].map((one) => Object.getPrototypeOf(one));
  for (const prototype of functions) {
    put(prototype, "constructor", refuse("Function", CODE));
  }
  const Function = refuse("Function", CODE);
  Object.defineProperty(Function, "prototype", { value: functions[0] });
  put(all, "Function", Function);
}

function put(on: object, name: string, value: unknown): void {
  Object.defineProperty(on, name, {
    ...{ value, writable: false, configurable: false, enumerable: false },
  });
}

function silentConsole(): object {
  const names = ["log", "info", "warn", "error", "debug", "trace", "table"];
  return Object.freeze(
    Object.fromEntries(names.map((name) => [name, () => {}])),
  );
}
