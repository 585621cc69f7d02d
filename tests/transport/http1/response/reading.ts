/**
 * How tests read answers that are cut into pieces.
 *
 * @module
 */
import {
  BROKEN,
  MORE,
  ResponseParser,
} from "../../../../src/transport/http1/response/mod.ts";

/** Bodies longer than this are too large. */
export const MAX_BODY_BYTES = 1000;
/** Heads and trailers larger than this are too large. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** What came of some bytes. */
export interface Reading {
  /** `200`, `200 close`, a kind of failure, or `more`. */
  readonly result: string;
  /** Bytes that belong to the answer; 0 when there is none. */
  readonly length: number;
}

/** An answer, or what looks like one, and what must come of it. */
export interface Case {
  readonly name: string;
  readonly text: string;
  /** As in `Reading`, after the connection has ended. */
  readonly result: string;
  readonly bodiless?: boolean;
  /** Bytes at the end of `text` that belong to no answer. */
  readonly extra?: number;
}

/** A parser as the client makes it. */
export function testParser(bodiless = false): ResponseParser {
  const parser = new ResponseParser({
    maxBodyBytes: MAX_BODY_BYTES,
    maxHeadBytes: MAX_HEAD_BYTES,
  });
  parser.begin(bodiless);
  return parser;
}

/** Text as bytes, one byte for each character. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Reads pieces until the answer is whole or broken. */
export function readPieces(
  parser: ResponseParser,
  pieces: readonly Uint8Array[],
): Reading {
  let before = 0;
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    const end = parser.feed(piece, piece.length);
    if (end === BROKEN) return { result: parser.failure, length: 0 };
    if (end !== MORE) return { result: codeOf(parser), length: before + end };
    before += piece.length;
  }
  return { result: "more", length: 0 };
}

/** Like `readPieces`, after which the connection ends. */
export function readToEnd(
  parser: ResponseParser,
  pieces: readonly Uint8Array[],
): Reading {
  const reading = readPieces(parser, pieces);
  if (reading.result !== "more") return reading;
  const failure = parser.finish();
  if (failure !== null) return { result: failure, length: 0 };
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { result: codeOf(parser), length };
}

function codeOf(parser: ResponseParser): string {
  return `${parser.status}${parser.keepAlive ? "" : " close"}`;
}
