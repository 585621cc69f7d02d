import type { ScriptRequest, ScriptSays } from "./types.ts";

const KINDS: ReadonlySet<unknown> = new Set(["script", "check"]);

/** Whether a message of a thread about a journey is a valid one. */
export function isValidMessage(
  said: unknown,
  steps: number,
): said is ScriptSays {
  if (!isObject(said)) return false;
  switch (said.kind) {
    case "http":
      return isAsked(said.asked, steps);
    case "think":
      return typeof said.ms === "number" && said.ms >= 0;
    case "done":
      return said.failure === null ||
        isObject(said.failure) && KINDS.has(said.failure.kind) &&
          typeof said.failure.reason === "string";
    default:
      return false;
  }
}

function isAsked(asked: unknown, steps: number): asked is ScriptRequest {
  if (!isObject(asked)) return false;
  const { step, keep, mayFail, ok, headers } = asked;
  return Number.isInteger(step) && Number(step) >= 0 && Number(step) < steps &&
    typeof keep === "boolean" && typeof mayFail === "boolean" &&
    (ok === null || isList(ok, isRange)) && isList(headers, isHeader) &&
    (isHttp(asked) || isCall(asked));
}

function isHttp({ kind, method, path, body }: Record<string, unknown>) {
  return kind === "http" && typeof method === "string" &&
    typeof path === "string" && (body === null || body instanceof Uint8Array);
}

function isCall({ kind, message }: Record<string, unknown>): boolean {
  return kind === "call" && typeof message === "string";
}

function isList(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}

function isRange(range: unknown): boolean {
  return isList(range, Number.isInteger) && (range as unknown[]).length === 2;
}

function isHeader(header: unknown): boolean {
  return isList(header, (text) => typeof text === "string") &&
    (header as unknown[]).length === 2;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
