import assert from "node:assert/strict";
import { kar } from "./kar.ts";

/*
 * Every flag of another tool that has a counterpart here, as that tool's own
 * help has it, and what kar answers. Flags that mean the same in both (-H, -X,
 * wrk's -d) are no question; those that are taken for a flag of kar's with
 * another meaning (-d BODY, -b COOKIE) have a row below.
 */
const OPEN = /open-loop: -r says how many/;
const TIME = /kar runs for a time: -d 30s/;
const DURATION = /: -d 30s$/m;
const RATE = /-r 200/;
const BODY = /-b TEXT, or -b @FILE/;
const HEADER = /-H '/;
const TIMEOUT = /--set targets\.0\.timeout=5s/;
const INSECURE = /--set targets\.0\.tls\.insecure=true/;
const TLS = /--set targets\.0\.tls\.ca=FILE/;
const OUT = /--out json=FILE/;
const QUIET = /--no-screen|NO_COLOR=1/;
const REDIRECT = /kar follows no redirect/;
const CHURN = /max_requests_per_connection=1/;
const SOCKET = /unix:\/run\/app\.sock/;
const PROXY = /without a proxy/;
const TARGETS = /several targets in a config file/;
const FIELDS = /fields/;
const COMPRESSED = /accept-encoding/;

/** Words of a flag, and what has to be answered. */
type Row = readonly [words: string, says: RegExp];

const FLAGS: Readonly<Record<string, readonly Row[]>> = {
  hey: [
    ["-n 200", TIME],
    ["-c 50", OPEN],
    ["-q 10", RATE],
    ["-z 10s", DURATION],
    ["-o csv", OUT],
    ["-m POST", /-X POST/],
    ["-t 5", TIMEOUT],
    ["-A text/html", HEADER],
    ["-d x", /with -b/],
    ["-D a.json", BODY],
    ["-T text/html", /-H 'content-type: /],
    ["-a u:p", /-H 'authorization: Basic/],
    ["-x host:1", PROXY],
    ["-h2", /: --http2$/m],
    ["-host h", /-H 'host: /],
    ["-disable-compression", COMPRESSED],
    ["-disable-keepalive", CHURN],
    ["-disable-redirects", REDIRECT],
    ["-cpus 2", /workers: N/],
  ],
  oha: [
    ["-p 4", OPEN],
    ["--burst-delay 2s", /--spikes 0\.1x3/],
    ["--burst-rate 4", /--spikes 0\.1x3/],
    ["--rand-regex-url", FIELDS],
    ["--max-repeat 4", FIELDS],
    ["--urls-from-file", TARGETS],
    ["--latency-correction", /the instant a request was due, always/],
    ["--no-tui", QUIET],
    ["--no-color", QUIET],
    ["--disable-color", QUIET],
    ["-j", OUT],
    ["--json", OUT],
    ["--output-format json", OUT],
    ["--output a", OUT],
    ["-o a", OUT],
    ["--db-url a.db", /--record FILE/],
    ["--form a=b", /kar import curl/],
    ["--http-version 2", /--http2/],
    ["--host h", /-H 'host: /],
    ["--redirect 0", REDIRECT],
    ["--disable-compression", COMPRESSED],
    ["--disable-keepalive", CHURN],
    ["--insecure", INSECURE],
    ["--cacert a", TLS],
    ["--cert a", TLS],
    ["--key a", TLS],
    ["--connect-to a:1:b:2", PROXY],
    ["--proxy a", PROXY],
    ["--unix-socket /a", SOCKET],
    ["-w", /shutdown_timeout/],
    ["--wait-ongoing-requests-after-deadline", /shutdown_timeout/],
  ],
  wrk: [
    ["-t 4", /workers: N/],
    ["--threads 4", /workers: N/],
    ["--connections 50", OPEN],
    ["-s a.lua", /kar runs no script on one line/],
    ["--script a.lua", /kar runs no script on one line/],
    ["--latency", /percentiles anyway/],
    ["--u_latency", /percentiles anyway/],
    ["--timeout 5s", TIMEOUT],
    ["-R 200", RATE],
  ],
  vegeta: [
    ["-rate=50", RATE],
    ["-rate 50/s", RATE],
    ["-duration=5s", DURATION],
    ["-name=a", /--name NAME/],
    ["-targets=a", TARGETS],
    ["-format=json", TARGETS],
    ["-lazy", TARGETS],
    ["-output=a", OUT],
    ["-body=a", /-b @FILE/],
    ["-header=a:b", HEADER],
    ["-cert=a", TLS],
    ["-key=a", TLS],
    ["-root-certs=a", TLS],
    ["-http2=false", /--http2/],
    ["-h2c", /--http2/],
    ["-insecure", INSECURE],
    ["-timeout=5s", TIMEOUT],
    ["-workers=5", OPEN],
    ["-max-workers=5", OPEN],
    ["-connections=5", OPEN],
    ["-max-connections=5", OPEN],
    ["-redirects=-1", REDIRECT],
    ["-keepalive=false", CHURN],
    ["-unix-socket=/a", SOCKET],
    ["-proxy-header=a:b", PROXY],
    ["-connect-to=a:1:b:2", PROXY],
    ["-prometheus-addr=:1", /metrics\.address/],
  ],
  curl: [
    ["--request POST", /-X METHOD/],
    ["--data a", BODY],
    ["--data-raw a", BODY],
    ["--data-binary a", BODY],
    ["--data-ascii a", BODY],
    ["--data-urlencode a", BODY],
    ["--url-query a=b", /kar import curl/],
    ["-F a=b", /kar import curl/],
    ["--form-string a=b", /kar import curl/],
    ["-G", /kar import curl/],
    ["--get", /kar import curl/],
    ["--cookie a=b", /kar import curl/],
    ["-u u:p", /authorization: Basic/],
    ["--user u:p", /authorization: Basic/],
    ["--oauth2-bearer t", /authorization: Bearer/],
    ["-A kar", HEADER],
    ["--user-agent kar", HEADER],
    ["-e http://a/", /kar import curl/],
    ["--referer http://a/", /kar import curl/],
    ["-I", /-X HEAD/],
    ["--head", /-X HEAD/],
    ["-T a.txt", /-X PUT -b @FILE/],
    ["--upload-file a.txt", /-X PUT -b @FILE/],
    ["--compressed", /kar import curl/],
    ["-k", INSECURE],
    ["-E a", TLS],
    ["-m 5", /targets\.0\.timeout=5s/],
    ["--max-time 5", TIMEOUT],
    ["--connect-timeout 5", TIMEOUT],
    ["-L", REDIRECT],
    ["--location", REDIRECT],
    ["--max-redirs 5", REDIRECT],
    ["--retry 3", /sends nothing twice/],
    ["-x a:1", PROXY],
    ["--resolve a:1:b", PROXY],
    ["-s", /--quiet/],
    ["--silent", /--quiet/],
    ["-o a", OUT],
    ["-w x", OUT],
    ["--write-out x", OUT],
    ["-v", OUT],
    ["--verbose", OUT],
    ["-f", /400 or more/],
    ["--fail", /400 or more/],
    ["-Z", OPEN],
    ["--parallel", OPEN],
    ["--http2-prior-knowledge", /: --http2$/m],
    ["--http1.1", /HTTP\/1\.1 is the default/],
    ["--no-keepalive", CHURN],
    ["--abstract-unix-socket a", SOCKET],
    ["--url http://a/", /kar import curl/],
    ["--next", TARGETS],
    ["-K a", /kar import curl/],
  ],
};

for (const [tool, rows] of Object.entries(FLAGS)) {
  Deno.test(`kar answers each flag of ${tool} that has a counterpart with it`, async () => {
    for (const [words, says] of rows) {
      const args = ["run", "http://localhost/", ...words.split(" ")];
      const { code, out, err } = await kar(args);
      assert.deepEqual([code, out], [2, ""], words);
      assert.match(err.replace(/\n$/, ""), says, words);
      assert.match(err, /^kar: .*\n$/, words);
    }
  });
}

Deno.test("kar knows other tools' flags wherever a URL stands for a config", async () => {
  for (const command of ["quickstart", "discover", ""]) {
    const words = [command, "http://localhost/", "-n", "5"].filter(Boolean);
    const { code, err } = await kar(words);
    assert.equal(code, 2);
    assert.match(err, TIME);
    const connections = await kar([...words.slice(0, -2), "-c", "50"]);
    assert.match(connections.err, OPEN);
  }
});
