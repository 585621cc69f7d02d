import { failure, type Outcome } from "../../outcome.ts";
import { type Slice, textOf } from "../hpack/mod.ts";

/** The names of error codes (RFC 9113, section 7), by number. */
const ERROR_NAMES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];
/** Characters that are kept of a peer's own words. */
const WORDS_BYTES = 120;

/** A stream that the peer has reset. */
export function resetBy(code: number): Outcome {
  return failure("reset", `the server reset the stream: ${codeName(code)}`);
}

/** A stream that the peer's GOAWAY says it will not process. */
export function goodbyeOf(code: number, words: Slice): Outcome {
  const { bytes, start } = words;
  const end = Math.min(words.end, start + WORDS_BYTES);
  const own = start === end ? "" : `, "${textOf({ bytes, start, end })}"`;
  return failure("goaway", `the server said GOAWAY: ${codeName(code)}${own}`);
}

function codeName(code: number): string {
  return ERROR_NAMES[code] ?? `error 0x${code.toString(16)}`;
}
