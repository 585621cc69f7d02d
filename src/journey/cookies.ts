/** Cookies that one journey keeps; the oldest is dropped first. */
const COOKIES_MAX = 50;
/** Characters of name and value together; a longer cookie is left out. */
const COOKIE_CHARS_MAX = 4096;
/** What a header may hold, without the separators of cookies (RFC 6265, 4.1.1). */
const NAME_REGEXP = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE_REGEXP = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e"]*$/;

interface Cookie {
  readonly value: string;
  readonly path: string;
  /** Wall time at which it expires; Infinity = with the journey. */
  readonly untilMs: number;
}

/**
 * The cookies of one journey, which sends to one origin: name, value, path and
 * expiry. Domains are ignored.
 */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  /** Forgets all. */
  clear(): void {
    this.#cookies.clear();
  }

  /**
   * Takes one `set-cookie`; an invalid or too long one is ignored.
   *
   * @param path of the request
   */
  take(text: string, path: string, nowMs: number): void {
    const [pair = "", ...attributes] = text.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    const isSound = at > 0 && NAME_REGEXP.test(name) &&
      VALUE_REGEXP.test(value) &&
      name.length + value.length <= COOKIE_CHARS_MAX;
    if (!isSound) return;
    const cookie = { value, path: defaultPath(path), untilMs: Infinity };
    let hasAge = false;
    for (const attribute of attributes) {
      const [key, of] = attributeOf(attribute);
      if (key === "path" && of.startsWith("/")) cookie.path = of;
      if (key === "max-age" && /^-?[0-9]+$/.test(of)) {
        hasAge = true;
        cookie.untilMs = nowMs + 1000 * Number(of);
      }
      if (key === "expires" && !hasAge) {
        const atMs = Date.parse(of);
        if (!Number.isNaN(atMs)) cookie.untilMs = atMs;
      }
    }
    this.#put(`${name};${cookie.path}`, cookie, nowMs);
  }

  /**
   * The value of a `cookie` header for a path: longer paths first; empty = none.
   * Cookies that do not fit into `charsMax` are left out.
   */
  header(path: string, nowMs: number, charsMax = Infinity): string {
    const fitting = [...this.#cookies].filter(([, cookie]) =>
      cookie.untilMs > nowMs && isWithin(pathOnly(path), cookie.path)
    );
    let text = "";
    fitting.sort(([, a], [, b]) => b.path.length - a.path.length);
    for (const [key, { value }] of fitting) {
      const pair = `${key.slice(0, key.indexOf(";"))}=${value}`;
      const longer = text === "" ? pair : `${text}; ${pair}`;
      if (longer.length <= charsMax) text = longer;
    }
    return text;
  }

  /** All values, under names that identify them: they are searched for in what a server says. */
  held(): Readonly<Record<string, string>> {
    const held: Record<string, string> = {};
    for (const [key, { value }] of this.#cookies) {
      const name = `cookie.${key.slice(0, key.indexOf(";"))}`;
      let free = name;
      for (let n = 2; Object.hasOwn(held, free); n++) free = `${name}_${n}`;
      held[free] = value;
    }
    return held;
  }

  #put(key: string, cookie: Cookie, nowMs: number): void {
    const isOver = cookie.untilMs <= nowMs;
    if (isOver) {
      this.#cookies.delete(key);
      return;
    }
    const isNew = !this.#cookies.has(key);
    if (isNew && this.#cookies.size >= COOKIES_MAX) {
      this.#cookies.delete(this.#cookies.keys().next().value!);
    }
    this.#cookies.set(key, cookie);
  }
}

function attributeOf(text: string): readonly [key: string, value: string] {
  const at = text.indexOf("=");
  return at < 0
    ? [text.trim().toLowerCase(), ""]
    : [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()];
}

function pathOnly(path: string): string {
  const query = path.indexOf("?");
  return query < 0 ? path : path.slice(0, query);
}

/** RFC 6265, 5.1.4: up to, and without, the last slash. */
function defaultPath(path: string): string {
  const only = pathOnly(path);
  const last = only.lastIndexOf("/");
  return last <= 0 ? "/" : only.slice(0, last);
}

/** RFC 6265, 5.1.4. */
function isWithin(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath) &&
    (cookiePath.endsWith("/") || path[cookiePath.length] === "/");
}
