import { type Slice, sliceOf } from "./slice.ts";

/** The static table (RFC 7541, appendix A): its first entry has index 1. */
const ENTRIES: readonly (readonly [name: string, value: string])[] = [
  [":authority", ""],
  [":method", "GET"],
  [":method", "POST"],
  [":path", "/"],
  [":path", "/index.html"],
  [":scheme", "http"],
  [":scheme", "https"],
  [":status", "200"],
  [":status", "204"],
  [":status", "206"],
  [":status", "304"],
  [":status", "400"],
  [":status", "404"],
  [":status", "500"],
  ["accept-charset", ""],
  ["accept-encoding", "gzip, deflate"],
  ["accept-language", ""],
  ["accept-ranges", ""],
  ["accept", ""],
  ["access-control-allow-origin", ""],
  ["age", ""],
  ["allow", ""],
  ["authorization", ""],
  ["cache-control", ""],
  ["content-disposition", ""],
  ["content-encoding", ""],
  ["content-language", ""],
  ["content-length", ""],
  ["content-location", ""],
  ["content-range", ""],
  ["content-type", ""],
  ["cookie", ""],
  ["date", ""],
  ["etag", ""],
  ["expect", ""],
  ["expires", ""],
  ["from", ""],
  ["host", ""],
  ["if-match", ""],
  ["if-modified-since", ""],
  ["if-none-match", ""],
  ["if-range", ""],
  ["if-unmodified-since", ""],
  ["last-modified", ""],
  ["link", ""],
  ["location", ""],
  ["max-forwards", ""],
  ["proxy-authenticate", ""],
  ["proxy-authorization", ""],
  ["range", ""],
  ["referer", ""],
  ["refresh", ""],
  ["retry-after", ""],
  ["server", ""],
  ["set-cookie", ""],
  ["strict-transport-security", ""],
  ["transfer-encoding", ""],
  ["user-agent", ""],
  ["vary", ""],
  ["via", ""],
  ["www-authenticate", ""],
];

/** The highest index there is while the dynamic table has no room. */
export const LAST_INDEX = ENTRIES.length;

/** Names by index; index 0 is not an entry. */
export const STATIC_NAMES: readonly Slice[] = [
  sliceOf(""),
  ...ENTRIES.map(([name]) => sliceOf(name)),
];
/** Values by index; index 0 is not an entry. */
export const STATIC_VALUES: readonly Slice[] = [
  sliceOf(""),
  ...ENTRIES.map(([, value]) => sliceOf(value)),
];

/** The index of an entry with this name and value; 0 = none. */
export function indexOfField(name: string, value: string): number {
  return 1 +
    ENTRIES.findIndex((entry) => entry[0] === name && entry[1] === value);
}

/** The first index with this name; 0 = none. */
export function indexOfName(name: string): number {
  return 1 + ENTRIES.findIndex((entry) => entry[0] === name);
}
