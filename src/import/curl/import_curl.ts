import {
  type DraftHeader,
  type DraftTarget,
  type DraftTls,
  literal,
} from "../../draft/mod.ts";
import { bodyOf, type CurlBody } from "./body.ts";
import { type CurlOption, optionsOf, shown } from "./options.ts";
import { TargetNames } from "../names.ts";
import { IMPORTED_TRAFFIC } from "../traffic.ts";
import { shellCommands } from "./shell.ts";
import { type Imported, ImportFault, LeftOut } from "../types.ts";

/**
 * Reads a command line of curl as people paste it: what it would send becomes a
 * target for each URL.
 *
 * @throws {ImportFault}
 */
export function importCurl(text: string): Imported {
  const left = new LeftOut();
  const names = new TargetNames();
  const groups = commandsIn(text, left)
    .flatMap((words) => groupsOf(optionsOf(words, left)));
  const targets = groups.flatMap((group) => targetsOf(group, names, left));
  if (!groups.flat().some(({ name }) => name === "url")) {
    throw new ImportFault("", "has no URL");
  }
  return {
    draft: {
      origin: "kar import curl",
      notes: [],
      targets,
      traffic: IMPORTED_TRAFFIC,
      isWatched: true,
    },
    left: left.told(),
  };
}

/** The words behind `curl` of every command that is one; others are noted. */
function commandsIn(text: string, left: LeftOut): string[][] {
  const all = shellCommands(text).map(withoutPrompt);
  const isCurl = ([program = ""]: readonly string[]) =>
    /(?:^|[/\\])curl(?:\.exe)?$/i.test(program);
  if (!all.some(isCurl)) {
    throw new ImportFault(
      "",
      `must begin with curl, got ${shown(all[0]?.[0])}`,
    );
  }
  return all.flatMap((words) => {
    if (isCurl(words)) return [words.slice(1)];
    left.add(
      `the command ${
        shown(words[0])
      }: it is not curl; quote a URL that has & or ;`,
    );
    return [];
  });
}

/** Without `$ ` as terminals show it, and variables that are set for a command. */
function withoutPrompt(words: readonly string[]): string[] {
  const start = words[0] === "$" || words[0] === "%" ? 1 : 0;
  const from = words.findIndex((word, i) =>
    i >= start && !/^[A-Za-z_]\w*=/.test(word)
  );
  return words.slice(from < 0 ? start : from);
}

/** What `--next` separates. */
function groupsOf(
  options: readonly CurlOption[],
): readonly (readonly CurlOption[])[] {
  const groups: CurlOption[][] = [[]];
  for (const option of options) {
    if (option.name === "next") groups.push([]);
    else groups.at(-1)!.push(option);
  }
  return groups;
}

function targetsOf(
  options: readonly CurlOption[],
  names: TargetNames,
  left: LeftOut,
): DraftTarget[] {
  const all = (name: string) =>
    options.filter((option) => option.name === name).map(({ value }) => value);
  const has = (name: string) => all(name).length > 0;
  const last = (name: string) => all(name).at(-1);
  const body = bodyOf(options, has("get"), left);
  const method = last("request") ??
    (has("head")
      ? "HEAD"
      : body.sent
      ? last("upload-file") === undefined ? "POST" : "PUT"
      : undefined);
  const tls = tlsOf(options);
  const timeoutSec = Number(last("max-time"));
  const isPlain = (word: string) => has("globoff") || !isGlob(word, left);
  return all("url").filter(isPlain).map((word): DraftTarget => {
    const { url, user } = urlOf(
      word,
      [...all("url-query"), ...body.query],
      last("unix-socket"),
    );
    const given = last("user") ?? user;
    const hasAuth = all("header").some((line) =>
      /^authorization\s*:/i.test(line)
    );
    return {
      name: names.free(nameOf(method ?? "GET", word)),
      url: literal(url),
      ...(isHttp2(options) && { protocol: "http2" as const }),
      ...(method !== undefined && { method: method.toUpperCase() }),
      headers: headersOf(options, body.headers, left),
      ...(body.text !== undefined && { body: literal(body.text) }),
      ...(body.content !== undefined && { content: body.content }),
      ...(given !== undefined && !hasAuth && { basicAuth: authOf(given) }),
      ...(timeoutSec >= 0.001 && timeoutSec <= 3600 &&
        { timeoutMs: Math.round(timeoutSec * 1000) }),
      ...(tls !== null && { tls }),
    };
  });
}

/** `{a,b}` and `[1-3]`, of which curl makes several addresses. */
function isGlob(word: string, left: LeftOut): boolean {
  const [glob] =
    word.replaceAll(/\\.|\$\{\w+\}|\[[\da-f:.]*:[\da-f:.]*(?:%[^\]]*)?\]/gi, "")
      .match(/[{[][^\]}]*[\]}]?/) ?? [];
  if (glob === undefined) return false;
  left.add(
    `the URL ${shown(word)}: curl makes several of ${
      shown(glob)
    }; write each of them, or -g where it stands for itself`,
  );
  return true;
}

function nameOf(method: string, url: string): string {
  const path = url.replace(/^[a-z][\w+.-]*:\/\//i, "")
    .replace(/^[^/?#@]*@/, "").replace(/[?#].*$/s, "");
  return `${method.toUpperCase()} ${path.slice(0, 50)}`;
}

function isHttp2(options: readonly CurlOption[]): boolean {
  return options.some(({ name }) =>
    name === "http2" || name === "http2-prior-knowledge"
  );
}

function authOf(text: string): NonNullable<DraftTarget["basicAuth"]> {
  const colon = text.indexOf(":");
  const [user, password] = colon < 0
    ? [text, ""]
    : [text.slice(0, colon), text.slice(colon + 1)];
  return { user: literal(user), password: literal(password) };
}

function tlsOf(options: readonly CurlOption[]): DraftTls | null {
  const last = (name: string) =>
    options.findLast((option) => option.name === name)?.value;
  const [cert] = last("cert")?.split(":") ?? [];
  const tls = {
    ...(options.some(({ name }) => name === "insecure") && { insecure: true }),
    ...(last("cacert") !== undefined && { ca: last("cacert")! }),
    ...(cert !== undefined && { cert, key: last("key") ?? cert }),
  };
  return Object.keys(tls).length === 0 ? null : tls;
}

/** The address with its scheme and query, and who is named in it. */
function urlOf(
  word: string,
  query: readonly string[],
  socket: string | undefined,
): { readonly url: string; readonly user: string | undefined } {
  const withScheme = /^[a-z][\w+.-]*:\/\//i.test(word)
    ? word
    : `http://${word}`;
  const [, scheme, user, rest] = /^([^:]+:\/\/)(?:([^/?#@]*)@)?([^#]*)/s.exec(
    withScheme,
  )!;
  const joined = query.reduce(
    (url, part) => `${url}${url.includes("?") ? "&" : "?"}${part}`,
    rest!,
  );
  const encoded = joined.replaceAll(" ", "%20");
  const url = socket === undefined
    ? scheme! + encoded
    : `unix:${socket}:${/\/.*$/s.exec(encoded)?.[0] ?? "/"}`;
  return { url, user: user === undefined ? undefined : decoded(user) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Headers that the command says, and those that curl adds where it does not. */
function headersOf(
  options: readonly CurlOption[],
  added: CurlBody["headers"],
  left: LeftOut,
): DraftHeader[] {
  const headers: (readonly [string, string])[] = [];
  const removed = new Set<string>();
  for (const { name, value } of options) {
    if (name !== "header") {
      headers.push(...headerOf(name, value, left));
      continue;
    }
    const match = /^\s*([^:;\s]+)\s*([:;])(.*)$/s.exec(value);
    if (match === null) {
      left.add("a header without a name");
    } else if (match[2] === ":" && match[3]!.trim() === "") {
      removed.add(match[1]!.toLowerCase());
    } else {
      headers.push([match[1]!, match[3]!.trim()]);
    }
  }
  const told = new Set(headers.map(([name]) => name.toLowerCase()));
  const rest = added.filter(([name]) => !told.has(name) && !removed.has(name));
  return [...headers, ...rest]
    .filter(([name]) => !isOwnHeader(name, left))
    .map(([name, value]) => [name, literal(value)]);
}

function headerOf(
  name: string,
  value: string,
  left: LeftOut,
): (readonly [string, string])[] {
  switch (name) {
    case "user-agent":
      return [["user-agent", value]];
    case "referer":
      return [["referer", value.replace(/;auto$/, "")]];
    case "range":
      return [["range", `bytes=${value}`]];
    case "oauth2-bearer":
      return [["authorization", `Bearer ${value}`]];
    case "compressed":
      return [["accept-encoding", "deflate, gzip, br, zstd"]];
    case "cookie":
      if (value.includes("=")) return [["cookie", value]];
      left.add(`option --cookie: the file ${value}`);
      return [];
    default:
      return [];
  }
}

/** Headers that the client makes itself. */
function isOwnHeader(name: string, left: LeftOut): boolean {
  const isOwn =
    /^(?:content-length|connection|transfer-encoding|expect|te|upgrade|keep-alive|proxy-connection|http2-settings)$|^:/i
      .test(name);
  if (isOwn) left.add(`header ${name}: kar makes it itself`);
  return isOwn;
}
