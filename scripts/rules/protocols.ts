import { type Finding, lineAt } from "./finding.ts";
import type { Masked } from "./mask.ts";

/** The table of protocols, and the registry of their clients. */
const MAY_NAME = ["src/protocol/", "src/transport/clients/load.ts"];

const COMPARED =
  /\bprotocol\)?\s*[!=]==?\s*["'](?:http2?|grpc)["']|["'](?:http2?|grpc)["']\s*[!=]==?\s*(?:[\w.]+\.)?protocol\b/g;

/** The program asks what a protocol is, by its row of `PROTOCOLS`, and not which one. */
export function checkProtocols(path: string, masked: Masked): Finding[] {
  const isFree = MAY_NAME.some((start) => path.startsWith(start));
  if (!path.startsWith("src/") || isFree) return [];
  return [...masked.source.matchAll(COMPARED)]
    .filter(({ index }) => masked.code[index] !== " ")
    .map((match) => ({
      file: path,
      line: lineAt(masked.source, match.index),
      rule: "protocol",
      text: `${match[0]}: ask its row of PROTOCOLS what it is`,
    }));
}
