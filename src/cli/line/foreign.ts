import { KarError } from "../../base/mod.ts";

/*
 * Flags of other tools, and what kar has in their place. A person who has
 * learnt one of them is told in its words, once, and nothing is guessed.
 */

const OPEN =
  "kar is open-loop: -r says how many requests a second there are, however many connections that takes";
const TIME =
  "kar runs for a time: -d 30s; at -r 50 that is 1,500 requests on average";
const IMPORT = "kar import curl 'curl …' takes over a whole command of curl";
const FILE = "in a config file: kar run URL --save kar.yaml writes one";
const THREADS =
  "kar takes as many as it needs; workers: N is a key of a config file";
const TIMEOUT = "--set targets.0.timeout=5s";
const TLS = "--set targets.0.tls.ca=FILE, or tls.cert and tls.key";
const REDIRECT = "kar follows no redirect: name the address that answers";
const PROXY =
  "kar sends to the address of the URL, without a proxy; give a host header with -H";
const CHURN = "--set targets.0.max_requests_per_connection=1";
const SOCKET = "write the URL as unix:/run/app.sock:/path";
const COMPRESSED =
  "kar asks for nothing compressed; -H 'accept-encoding: gzip' does";
const FIELDS = `fields vary what is sent, such as {{int 1 9}} in the URL or -b`;

/** Who has the flag, and what to write instead. */
interface Foreign {
  readonly of: string;
  readonly instead: string;
}

function all(
  flags: string,
  of: string,
  instead: string,
): readonly (readonly [string, Foreign])[] {
  return flags.split(" ").map((flag) => [flag, { of, instead }]);
}

const FOREIGN: ReadonlyMap<string, Foreign> = new Map([
  ...all("-n --requests --iterations -i", "hey, oha and k6", TIME),
  ...all(
    "-c --connections --concurrency --vus --users --workers --max-workers --max-connections --max-vus -p --clients -Z --parallel --parallel-max",
    "closed-loop tools",
    OPEN,
  ),
  ...all("--threads --cpus", "wrk, hey and vegeta", THREADS),
  ...all(
    "-t",
    "wrk, hey and oha",
    `where it is a timeout, ${TIMEOUT}; where it is threads, ${THREADS}`,
  ),
  ...all("-q --rps -R --query-per-second", "hey, oha and wrk2", "-r 200"),
  ...all("-z", "hey and oha", "-d 30s"),
  ...all(
    "-m",
    "hey, oha and curl",
    `where it is a method, -X POST; where it is a time, ${TIMEOUT}`,
  ),
  ...all(
    "-D --data --data-raw --data-binary --data-ascii --data-urlencode --body-file",
    "curl, hey and oha",
    "-b TEXT, or -b @FILE",
  ),
  ...all(
    "--json",
    "curl and oha",
    "for a body, -b TEXT, or -b @FILE; for the report, --out json=FILE",
  ),
  ...all("--content-type", "ab", "-H 'content-type: …'"),
  ...all(
    "-T",
    "hey, oha and curl",
    "where it is a type, -H 'content-type: …'; where it is a file, -X PUT -b @FILE",
  ),
  ...all("--upload-file", "curl", "-X PUT -b @FILE"),
  ...all("--oauth2-bearer", "curl", "-H 'authorization: Bearer …'"),
  ...all("--host", "oha", "-H 'host: …'"),
  ...all(
    "-a -u --basic-auth --user",
    "hey, oha and curl",
    "-H 'authorization: Basic …'",
  ),
  ...all("-A --user-agent --accept", "curl, hey and oha", "-H 'name: value'"),
  ...all("-I --head", "curl", "-X HEAD"),
  ...all("--request", "curl", "-X METHOD"),
  ...all(
    "-F --form --form-string -G --get --cookie --compressed -e --referer --url --url-query -K",
    "curl and oha",
    IMPORT,
  ),
  ...all(
    "-k --insecure",
    "curl and vegeta",
    "--set targets.0.tls.insecure=true",
  ),
  ...all(
    "--cacert --cert -E --key --root-certs",
    "curl and vegeta",
    TLS,
  ),
  ...all(
    "--timeout --max-time --connect-timeout",
    "wrk, curl and vegeta",
    TIMEOUT,
  ),
  ...all(
    "-L --location --location-trusted --max-redirs --redirect --redirects",
    "curl, oha and vegeta",
    REDIRECT,
  ),
  ...all(
    "-x --proxy --proxy-header --resolve --connect-to",
    "curl and oha",
    PROXY,
  ),
  ...all(
    "--retry --retry-delay --retry-all-errors",
    "curl",
    "kar sends nothing twice: what failed is counted as failed",
  ),
  ...all("--unix-socket --abstract-unix-socket", "curl and oha", SOCKET),
  ...all("--disable-compression", "oha", COMPRESSED),
  ...all("--rand-regex-url --max-repeat", "oha", FIELDS),
  ...all(
    "--burst-delay --burst-rate",
    "oha",
    "--spikes 0.1x3: one in ten seconds, of three times the rate",
  ),
  ...all("--db-url", "oha", "--record FILE keeps a run, for kar report"),
  ...all(
    "--wait-ongoing-requests-after-deadline",
    "oha",
    "kar waits for what is open: --set controller.shutdown_timeout=30s",
  ),
  ...all(
    "-f --fail --fail-with-body",
    "curl",
    "an answer of 400 or more is a failure anyway; --threshold 'errors < 1%' checks how many",
  ),
  ...all(
    "-v --verbose",
    "curl",
    "--out json=FILE: its samples show single requests",
  ),
  ...all(
    "-s --script --lua",
    "wrk and curl",
    "--quiet where it is silence; kar runs no script on one line: a config file has fields, several targets and journeys",
  ),
  ...all(
    "-S --silent --no-tui --no-color --disable-color",
    "curl and oha",
    "--quiet, --no-screen, or NO_COLOR=1",
  ),
  ...all(
    "-w",
    "curl and oha",
    "--out json=FILE is the report; kar waits for what is open: controller.shutdown_timeout",
  ),
  ...all(
    "-j -o --write-out --output --output-format",
    "curl, oha, hey and vegeta",
    "--out json=FILE",
  ),
  ...all(
    "--latency --u_latency --histogram",
    "wrk",
    "kar reports percentiles anyway",
  ),
  ...all("--http1.1 --http1 --http1_1", "curl", "HTTP/1.1 is the default"),
  ...all(
    "-2 --h2 --h2c --http2-prior-knowledge --http-version",
    "oha, vegeta and curl",
    "--http2",
  ),
  ...all(
    "--disable-keepalive --no-keepalive",
    "hey, oha and curl",
    CHURN,
  ),
  ...all(
    "--latency-correction",
    "oha",
    "kar counts from the instant a request was due, always",
  ),
  ...all(
    "--targets --format --lazy --urls-from-file --next",
    "vegeta, oha and curl",
    `several targets ${FILE}`,
  ),
  ...all(
    "--stage --stages",
    "k6",
    "--schedule and --spikes shape the rate; kar set base 200 changes it",
  ),
]);

/** Long flags with one dash: vegeta's, and some of hey's. */
const ONE_DASH: ReadonlyMap<string, Foreign> = new Map([
  ...all("rate", "vegeta", "-r 200"),
  ...all("duration", "vegeta", "-d 30s"),
  ...all("name", "vegeta", "--name NAME"),
  ...all("body", "vegeta", "-b @FILE"),
  ...all("header", "vegeta", "-H 'name: value'"),
  ...all("http2 h2c", "vegeta", "--http2"),
  ...all("h2", "hey", "--http2"),
  ...all("host", "hey", "-H 'host: …'"),
  ...all("cpus", "hey and vegeta", THREADS),
  ...all("workers max-workers connections max-connections", "vegeta", OPEN),
  ...all("targets format lazy", "vegeta", `several targets ${FILE}`),
  ...all("timeout", "vegeta", TIMEOUT),
  ...all("insecure", "vegeta", "--set targets.0.tls.insecure=true"),
  ...all("cert key root-certs", "vegeta", TLS),
  ...all("output", "vegeta", "--out json=FILE"),
  ...all("redirects disable-redirects", "vegeta and hey", REDIRECT),
  ...all("keepalive disable-keepalive", "vegeta and hey", CHURN),
  ...all("disable-compression", "hey", COMPRESSED),
  ...all("unix-socket", "vegeta", SOCKET),
  ...all("proxy-header connect-to", "vegeta", PROXY),
  ...all("prometheus-addr", "vegeta", "--set metrics.address=:9090"),
]);

/** What to write for a flag that kar does not have; null where no tool is known for it. */
export function foreignHint(flag: string): string | null {
  return hintOf(FOREIGN.get(flag.replace(/=.*$/s, "")));
}

/** What to write for a word such as vegeta's `-rate=50`, which would be read as `-r ate=50`. */
export function singleDashHint(word: string): string | null {
  const name = /^-([a-z0-9-]{2,}?)(?:=.*)?$/s.exec(word)?.[1];
  return hintOf(name === undefined ? undefined : ONE_DASH.get(name));
}

/** The error of a URL and a config; `-c 50` of hey, oha and wrk is a config here. */
export function twoSources(url: string, config: string): KarError {
  return new KarError(
    "usage",
    /^\d+$/.test(config)
      ? `-c ${config} would be a config file; ${OPEN}`
      : `${url} and --config ${config}: name one of them`,
  );
}

function hintOf(known: Foreign | undefined): string | null {
  return known === undefined ? null : ` (of ${known.of}): ${known.instead}`;
}
