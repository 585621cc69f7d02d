import { isDigit, numberAt, StampReader, wholeAt } from "./bytes.ts";
import {
  byteAfter,
  byteBefore,
  clearRecord,
  type LineParser,
  type LineRecord,
  quoteAfter,
  requestIn,
  spaceAfter,
} from "./record.ts";

const QUOTE = 34;
const OPEN = 91;
const CLOSE = 93;
const SPACE = 32;

/**
 * nginx and Apache, combined or common:
 *
 *   client ident user [stamp] "request" status bytes "referrer" "agent" …
 *
 * A user's name stands before the time, unquoted: of brackets before the first
 * quote the last ones count. What a client sent stands in quotes, and ends
 * nothing there.
 */
export function combinedParser(): LineParser {
  const stamps = new StampReader();
  return (bytes, into) => {
    const { from, to } = into;
    clearRecord(into, bytes);
    const quote = byteAfter(bytes, [from, to], QUOTE);
    const close = byteBefore(bytes, [from, quote], CLOSE);
    const open = byteBefore(bytes, [from, close], OPEN);
    if (open < from || !take(stamps.clf(bytes, open + 1, close), into)) {
      return false;
    }
    into.clientFrom = from;
    into.clientTo = spaceAfter(bytes, from, open);
    const end = quoteAfter(bytes, quote + 1, to);
    if (end < 0) return false;
    requestIn(bytes, [quote + 1, end], into);
    into.status = statusAt(bytes, end + 2, to);
    return into.status > 0;
  };
}

/**
 * Envoy's default:
 *
 *   [stamp] "request" status flags received sent duration upstream "client" …
 */
export function envoyParser(): LineParser {
  const stamps = new StampReader();
  return (bytes, into) => {
    const { from, to } = into;
    clearRecord(into, bytes);
    if (bytes[from] !== OPEN) return false;
    const close = byteAfter(bytes, [from, to], CLOSE);
    if (close === to) return false;
    if (!take(stamps.iso(bytes, from + 1, close), into)) return false;
    if (bytes[close + 2] !== QUOTE) return false;
    const end = quoteAfter(bytes, close + 3, to);
    if (end < 0) return false;
    requestIn(bytes, [close + 3, end], into);
    into.status = statusAt(bytes, end + 2, to);
    // The fifth field behind the request; details of a response may be quoted.
    const tokens = new Tokens(bytes, end + 2, to);
    tokens.skip(2);
    while (tokens.next() && !isDigit(bytes[tokens.from]));
    tokens.skip(1);
    if (tokens.next()) {
      into.durationUs = positive(numberAt(bytes, tokens.from, tokens.to)) *
        1000;
    }
    tokens.skip(1);
    if (tokens.next() && bytes[tokens.from] === QUOTE) {
      into.clientFrom = tokens.from + 1;
      into.clientTo = tokens.to - 1;
    }
    return into.status > 0 || into.methodTo > into.methodFrom;
  };
}

/**
 * AWS's application load balancer:
 *
 *   type stamp elb client target took took took status status received sent "request" "agent" … created
 *
 * Its stamp is the end of a request; the instant at which the balancer created
 * it stands further behind and counts where it is there.
 */
export function albParser(): LineParser {
  const stamps = new StampReader();
  return (bytes, into) => {
    const { from, to } = into;
    clearRecord(into, bytes);
    const tokens = new Tokens(bytes, from, to);
    tokens.skip(1);
    if (!tokens.next() || bytes[tokens.from + 4] !== 45) return false;
    if (!take(stamps.iso(bytes, tokens.from, tokens.to), into)) return false;
    tokens.skip(1);
    if (!tokens.next()) return false;
    into.clientFrom = tokens.from;
    const colon = byteBefore(bytes, [tokens.from, tokens.to], 58);
    into.clientTo = colon > tokens.from ? colon : tokens.to;
    tokens.skip(1);
    let tookUs = 0;
    for (let i = 0; i < 3; i++) {
      if (!tokens.next()) return false;
      const seconds = numberAt(bytes, tokens.from, tokens.to);
      if (Number.isNaN(seconds)) return false;
      tookUs += Math.max(0, seconds) * 1e6;
    }
    into.durationUs = tookUs;
    if (!tokens.next()) return false;
    into.status = statusAt(bytes, tokens.from, to);
    tokens.skip(3);
    if (!tokens.next() || bytes[tokens.from] !== QUOTE) return false;
    requestIn(bytes, [tokens.from + 1, tokens.to - 1], into);
    while (tokens.next()) {
      const isStamp = tokens.to - tokens.from >= 20 &&
        bytes[tokens.from + 4] === 45 && bytes[tokens.from + 10] === 84;
      if (!isStamp) continue;
      take(stamps.iso(bytes, tokens.from, tokens.to), into);
      break;
    }
    return Number.isFinite(into.stampUs);
  };
}

/** Walks over fields between spaces, where quotes hold a field together. */
class Tokens {
  from = 0;
  to: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.#bytes = bytes;
    this.#end = to;
    this.to = from - 1;
  }

  next(): boolean {
    this.from = this.to + 1;
    if (this.from >= this.#end) return false;
    if (this.#bytes[this.from] !== QUOTE) {
      this.to = spaceAfter(this.#bytes, this.from, this.#end);
      return true;
    }
    const close = quoteAfter(this.#bytes, this.from + 1, this.#end);
    this.to = close < 0 ? this.#end : close + 1;
    return true;
  }

  skip(count: number): void {
    for (let i = 0; i < count; i++) if (!this.next()) return;
  }
}

/** Three digits that a space or the end follows; 0 = it is no status. */
function statusAt(bytes: Uint8Array, from: number, to: number): number {
  if (from + 3 > to) return 0;
  if (from + 3 < to && bytes[from + 3] !== SPACE) return 0;
  const status = wholeAt(bytes, from, from + 3);
  return status >= 0 && status < 1000 ? status || 1 : 0;
}

function positive(value: number): number {
  return value >= 0 ? value : NaN;
}

/** Takes a stamp over; false = it was none. */
export function take(
  { us, tickUs, isZoned }: {
    readonly us: number;
    readonly tickUs: number;
    readonly isZoned: boolean;
  },
  into: LineRecord,
): boolean {
  if (Number.isNaN(us)) return false;
  into.stampUs = us;
  into.tickUs = tickUs;
  into.isZoned = isZoned;
  return true;
}
