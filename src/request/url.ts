import { isHost } from "./hosts.ts";

/** Whom connections lead to. */
export type Peer =
  | {
    readonly kind: "tcp";
    /** A name or an address, IPv6 without brackets. */
    readonly host: string;
    readonly port: number;
  }
  | {
    readonly kind: "unix";
    /** Where the socket stands, as an absolute path. */
    readonly path: string;
  };

/** A target's address, taken apart. */
export interface TargetUrl {
  readonly kind: "url";
  /** `https` = TLS. */
  readonly scheme: "http" | "https";
  readonly peer: Peer;
  /** Host and port as `Host` and `:authority` name them, the usual port left out. */
  readonly authority: string;
  /** Path and query as they are sent (origin-form: RFC 9112, 3.2.1). */
  readonly path: string;
}

/** An address, or what is wrong with it ("must …"). */
export type UrlResult =
  | TargetUrl
  | { readonly kind: "wrong"; readonly message: string };

const HTTP_REGEXP = /^(https?):\/\/([^/?\\]+)([/?].*)?$/i;
const UNIX = "unix:";
/** The host that is asked for over a Unix socket. */
const UNIX_AUTHORITY = "localhost";
/** `sun_path` of Linux, without its final zero. */
const SOCKET_PATH_BYTES_MAX = 107;
const USUAL_PORT = { http: 80, https: 443 } as const;

const ADDRESS_HINT =
  "must be an address such as http://localhost:8080/path or https://…";
const HOST_HINT =
  "must have a host of letters, digits, - and dots, each part at most 63 long";
const UNIX_HINT = "must be like unix:/run/app.sock:/path";

/**
 * What RFC 3986 (3.3, 3.4) does not allow in a path or query. A percent sign
 * stands for itself only where two hexadecimal digits follow.
 */
const NOT_ALLOWED_REGEXP =
  /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]/gu;

/**
 * Takes a target's address apart: `http://host:port/path?query`, `https://…`,
 * or `unix:/run/app.sock:/path?query` for HTTP on a Unix socket.
 *
 * Path and query stay byte for byte as they are written, dot segments and empty
 * queries too; only what RFC 3986 does not allow is percent-encoded, as UTF-8.
 * Names of hosts become what is looked up: lower case, and Punycode.
 */
export function parseUrl(text: string): UrlResult {
  if (/[\s\p{Cc}]/u.test(text)) {
    return wrong("must not hold spaces or line breaks");
  }
  if (text.includes("#")) {
    return wrong("must not have a part after #: it is never sent");
  }
  if (text.toLowerCase().startsWith(UNIX)) return parseUnix(text);
  const match = HTTP_REGEXP.exec(text);
  if (match === null) return wrong(ADDRESS_HINT);
  const [, scheme = "", authority = "", rest = ""] = match;
  return parseHttp(scheme.toLowerCase() as "http" | "https", authority, rest);
}

function parseHttp(
  scheme: "http" | "https",
  authority: string,
  rest: string,
): UrlResult {
  if (authority.includes("@")) {
    return wrong(
      "must not hold credentials; send them in an authorization header, from a variable",
    );
  }
  if (/^\[[^\]]*%/.test(authority)) {
    return wrong(
      "must not hold an IPv6 zone such as %eth0: kar cannot choose the interface; give a global address or a name",
    );
  }
  const url = URL.parse(`${scheme}://${authority}/`);
  if (url === null) return wrong(ADDRESS_HINT);
  if (!isHost(url.hostname)) return wrong(HOST_HINT);
  if (url.port === "0") return wrong("must have a port from 1 to 65535");
  return {
    kind: "url",
    scheme,
    peer: {
      kind: "tcp",
      // URL writes IPv6 addresses in brackets, sockets want them without.
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? USUAL_PORT[scheme] : Number(url.port),
    },
    authority: url.host,
    path: encodedPath(rest.startsWith("/") ? rest : `/${rest}`),
  };
}

function parseUnix(text: string): UrlResult {
  const { socket, path } = unixParts(text);
  if (!/^\/[^?]*[^/:?]$/.test(socket)) return wrong(UNIX_HINT);
  if (new TextEncoder().encode(socket).length > SOCKET_PATH_BYTES_MAX) {
    return wrong(
      `must name a socket with at most ${SOCKET_PATH_BYTES_MAX} bytes in its path`,
    );
  }
  return {
    kind: "url",
    scheme: "http",
    peer: { kind: "unix", path: socket },
    authority: UNIX_AUTHORITY,
    path: encodedPath(path === "" ? "/" : path),
  };
}

/** The socket ends at the first `:/`; gRPC's `unix:///run/app.sock` is known, too. */
function unixParts(text: string): { socket: string; path: string } {
  const rest = text.slice(UNIX.length).replace(/^\/\/(?=\/)/, "");
  const end = rest.indexOf(":/");
  return end < 0
    ? { socket: rest, path: "" }
    : { socket: rest.slice(0, end), path: rest.slice(end + 1) };
}

/** Percent-encodes what may not stand in a path and query, and nothing twice. */
export function encodedPath(text: string): string {
  return text.toWellFormed().replace(NOT_ALLOWED_REGEXP, encodeURIComponent);
}

/** `${NAME}` and `$${`, which stay. */
const VARIABLE_REGEXP = /(\$\$\{|\$\{[A-Za-z_][A-Za-z0-9_]*\})/;
/** What stands before the path: scheme and host, or the socket. */
export const BEFORE_PATH_REGEXP =
  /^(?:https?:\/\/[^/?]*|unix:.*?:(?=\/)|unix:.*)/i;

/**
 * An address as it is sent, for people: variables stay as they are written, and
 * so does what stands before the path.
 */
export function sentUrl(written: string): string {
  const before = BEFORE_PATH_REGEXP.exec(written)?.[0] ?? "";
  const path = written.slice(before.length)
    .split(VARIABLE_REGEXP)
    .map((part, i) => i % 2 === 1 ? sentVariable(part) : encodedPath(part))
    .join("");
  return before + (before !== "" && path.startsWith("?") ? "/" : "") + path;
}

/** The escape stands for characters that are sent percent-encoded. */
function sentVariable(part: string): string {
  return part === "$${" ? "$%7B" : part;
}

function wrong(message: string): UrlResult {
  return { kind: "wrong", message };
}
