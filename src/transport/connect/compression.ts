import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { GRPC_ENCODINGS } from "../../request/mod.ts";
import { encodingFlaw, notOffered, unpack } from "../grpc/mod.ts";
import type { Outcome } from "../outcome.ts";

/** A compressed message that cannot be read, and the outcome of its call. */
class UnreadMessage extends ConnectError {
  constructor(readonly outcome: Outcome) {
    super(outcome.reason, Code.Internal);
  }
}

/** Connect's message where it cannot read an encoding. */
const UNKNOWN_REGEXP = /^unsupported response encoding "(.*)"$/s;
const UNNAMED_REGEXP = /^received compressed envelope, but do not know/;

/** The encodings that a target's calls offer: all, or those of them that its user names. */
export function compressionsFor(headers: Headers): Compression[] {
  const named = headers.get("grpc-accept-encoding")?.toLowerCase().split(",")
    .map((name) => name.trim());
  return GRPC_ENCODINGS.filter((name) =>
    named === undefined || named.includes(name)
  )
    .map(compression);
}

function compression(name: string): Compression {
  return {
    name,
    // Nothing is sent compressed.
    compress: (bytes) => Promise.resolve(new Uint8Array(bytes)),
    decompress(bytes, max) {
      const message = unpack(name, bytes, { left: max, max });
      return "kind" in message
        ? Promise.reject(new UnreadMessage(message))
        : Promise.resolve(new Uint8Array(message));
    },
  };
}

/**
 * The outcome of a call whose answer is compressed and cannot be read; null =
 * that is not why it failed.
 */
export function compressionOutcome(thrown: unknown): Outcome | null {
  if (!(thrown instanceof ConnectError)) return null;
  // `instanceof` cannot tell Connect's errors apart.
  if ("outcome" in thrown) return (thrown as UnreadMessage).outcome;
  const encoding = UNKNOWN_REGEXP.exec(thrown.rawMessage)?.[1];
  if (encoding !== undefined) return notOffered(encoding);
  return UNNAMED_REGEXP.test(thrown.rawMessage) ? encodingFlaw("") : null;
}
