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
    "abstract-unix-socket alt-svc egd-file ftp-account ftp-alternative-to-user ftp-method ftp-ssl-ccc-mode help hsts mail-auth proxy-capath proxy-cert-type proxy-ciphers proxy-crlfile proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy1.0 pubkey random-file sasl-authzid socks5-gssapi-service tftp-blksize tlsauthtype sigalgs ech keepalive-cnt vlan-priority ip-tos trace-config signature-algorithms upload-flags",
    "there is nothing like it",
  ),
  ...all(
    "config continue-at time-cond quote ftp-port telnet-option etag-compare variable expand-url expand-data hostpubmd5 hostpubsha256 mail-from mail-rcpt netrc-file postquote prequote tlsuser tlspassword request-target haproxy-clientip ipfs-gateway",
    "there is nothing like it",
  ),
};

/** Flags without a value of which kar has nothing, and why. */
export const UNLIKE: Readonly<Record<string, string>> = {
  ...all("location location-trusted", "kar follows no redirect"),
  ...all("digest ntlm negotiate anyauth", "kar has basic_auth alone"),
  ...all("netrc netrc-optional", "kar reads no .netrc"),
  ...all("proxytunnel", "kar sends without a proxy"),
  ...all("http3 http3-only http1.0 http0.9", "kar speaks HTTP/1.1 and HTTP/2"),
};

/** Flags without a value that change nothing of what is sent, or that are taken over; `--no-…` as well. */
export const PLAIN = new Set(
  "alpn append basic buffer ca-native cert-status clobber compressed compressed-ssh create-dirs crlf disable disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail fail-early fail-with-body false-start form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get globoff haproxy-protocol head http1.1 http2 http2-prior-knowledge ignore-content-length include insecure ipv4 ipv6 junk-session-cookies keepalive list-only mail-rcpt-allowfails manual metalink mptcp next npn ntlm-wb parallel parallel-immediate path-as-is post301 post302 post303 progress-bar progress-meter proxy-anyauth proxy-basic proxy-ca-native proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 raw remote-header-name remote-name remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused sasl-ir sessionid show-error silent skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii verbose version xattr"
    .split(" "),
);

function all(names: string, why: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, why]));
}
