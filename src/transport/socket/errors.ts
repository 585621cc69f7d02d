import type { FailureKind } from "../outcome.ts";

/** The system's names of what can go wrong with a connection. */
const KINDS: ReadonlyMap<string, FailureKind> = new Map([
  ["ENOTFOUND", "dns"],
  ["ENODATA", "dns"],
  ["EAI_AGAIN", "dns"],
  ["EAI_FAIL", "dns"],
  ["EAI_NODATA", "dns"],
  ["EAI_NONAME", "dns"],
  ["ECONNREFUSED", "refused"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTDOWN", "unreachable"],
  ["ENETDOWN", "unreachable"],
  ["ECONNRESET", "reset"],
  ["ECONNABORTED", "reset"],
  ["EPIPE", "reset"],
  ["ETIMEDOUT", "timeout"],
  ["EMFILE", "generator"],
  ["ENFILE", "generator"],
  ["ENOMEM", "generator"],
  ["ENOBUFS", "generator"],
  ["EADDRNOTAVAIL", "generator"],
  ["EADDRINUSE", "generator"],
]);

/** Errors of certificates that carry neither `ERR_TLS` nor `ERR_SSL`. */
const CERTIFICATE_REGEXP =
  /CERT|CRL|SELF_SIGNED|UNABLE_TO_VERIFY|CHAIN|HOSTNAME_MISMATCH|INVALID_CA/;

/** The kind of anything that Deno or Node throws about a connection. */
export function failureOf(error: unknown): FailureKind {
  if (!(error instanceof Error)) return "other";
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return failureOfClass(error);
  return KINDS.get(code) ?? (isTlsCode(code) ? "tls" : "other");
}

/** The kinds of Deno's own errors, those that the system did not name. */
function failureOfClass(error: Error): FailureKind {
  const { InvalidData, NotCapable, UnexpectedEof } = Deno.errors;
  // TLS alerts that say that a message broke the rules.
  if (error instanceof InvalidData) return "tls";
  // TCP ended without the end of TLS: many servers never send the latter.
  if (error instanceof UnexpectedEof) return "closed";
  // A permission that kar was not started with is not a fault of the target.
  return error instanceof NotCapable ? "generator" : "other";
}

function isTlsCode(code: string): boolean {
  return code.startsWith("ERR_TLS_") || code.startsWith("ERR_SSL_") ||
    CERTIFICATE_REGEXP.test(code);
}
