/*
 * curl's flags (curl 8.9, `curl --help all`): those that say what is sent, and
 * what to do with the others.
 */

/** Long names of short flags. */
export const SHORT: Readonly<Record<string, string>> = {
  X: "request",
  H: "header",
  d: "data",
  F: "form",
  u: "user",
  A: "user-agent",
  e: "referer",
  b: "cookie",
  m: "max-time",
  G: "get",
  I: "head",
  k: "insecure",
  E: "cert",
  T: "upload-file",
  r: "range",
  o: "output",
  w: "write-out",
  x: "proxy",
  c: "cookie-jar",
  K: "config",
  D: "dump-header",
  U: "proxy-user",
  C: "continue-at",
  Y: "speed-limit",
  y: "speed-time",
  z: "time-cond",
  Q: "quote",
  P: "ftp-port",
  t: "telnet-option",
  L: "location",
  s: "silent",
  S: "show-error",
  v: "verbose",
  i: "include",
  f: "fail",
  O: "remote-name",
  J: "remote-header-name",
  N: "no-buffer",
  g: "globoff",
  q: "disable",
  n: "netrc",
  j: "junk-session-cookies",
  R: "remote-time",
  Z: "parallel",
  a: "append",
  B: "use-ascii",
  l: "list-only",
  M: "manual",
  p: "proxytunnel",
  V: "version",
  "#": "progress-bar",
  "0": "http1.0",
  "1": "tlsv1",
  "2": "sslv2",
  "3": "sslv3",
  "4": "ipv4",
  "6": "ipv6",
  ":": "next",
};

/** Flags with a value that decide the request. */
export const TAKEN = new Set(
  "request header data data-ascii data-raw data-binary data-urlencode json form form-string user user-agent referer cookie max-time url url-query cert key cacert upload-file range oauth2-bearer unix-socket"
    .split(" "),
);

/** Flags with a value of which kar has nothing, and why; empty = it is only about curl's own output. */
export const VALUED: Readonly<Record<string, string>> = {
  ...all(
    "output write-out dump-header output-dir trace trace-ascii stderr create-file-mode etag-save libcurl cookie-jar",
    "",
  ),
  ...all(
    "connect-timeout expect100-timeout keepalive-time speed-limit speed-time limit-rate max-filesize happy-eyeballs-timeout-ms",
    "kar has timeout of a request alone",
  ),
  ...all("retry retry-delay retry-max-time", "kar sends nothing twice"),
  ...all(
    "proxy proxy-user preproxy socks5 socks5-hostname socks4 socks4a noproxy proxy-header proxy-cacert proxy-cert proxy-key",
    "kar sends without a proxy",
  ),
  ...all(
    "resolve connect-to interface local-port dns-servers dns-interface dns-ipv4-addr dns-ipv6-addr doh-url",
    "kar connects to the address of the URL",
  ),
  ...all(
    "ciphers tls13-ciphers curves tls-max pinnedpubkey crlfile capath cert-type key-type pass cert-status engine ssl-sessions",
    "kar has tls.ca, tls.cert, tls.key and tls.server_name",
  ),
  ...all(
    "max-redirs proto proto-redir proto-default",
    "kar follows no redirect",
  ),
  ...all(
    "aws-sigv4 delegation krb login-options service-name negotiate",
    "kar does not sign requests",
  ),
  ...all("rate parallel-max", "the rate is controller.base_tps"),
  ...all(
    "config continue-at time-cond quote ftp-port telnet-option etag-compare variable expand-url expand-data hostpubmd5 hostpubsha256 mail-from mail-rcpt netrc-file postquote prequote tlsuser tlspassword request-target haproxy-clientip ipfs-gateway",
    "there is nothing like it",
  ),
};

/** Flags without a value of which kar has nothing; all others only concern curl's output. */
export const UNLIKE: Readonly<Record<string, string>> = {
  ...all("location location-trusted", "kar follows no redirect"),
  ...all("digest ntlm negotiate anyauth", "kar has basic_auth alone"),
  ...all("netrc netrc-optional", "kar reads no .netrc"),
  ...all("proxytunnel", "kar sends without a proxy"),
  ...all("http3 http3-only http1.0 http0.9", "kar speaks HTTP/1.1 and HTTP/2"),
};

function all(names: string, why: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, why]));
}
