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
    "--connections --concurrency --vus -u --users --workers --max-workers --max-connections --max-vus -p --clients",
    "closed-loop tools",
    OPEN,
  ),
  ...all(
    "-t --threads --cpus",
    "wrk and vegeta",
    "kar takes the threads that it needs; workers: N is a key of a config file",
  ),
  ...all("-q --rps -R --query-per-second", "hey, oha and wrk2", "-r 200"),
  ...all("-z", "hey and oha", "-d 30s"),
  ...all("-m", "hey and oha", "-X POST"),
  ...all(
    "-D --data --data-raw --data-binary --data-ascii --data-urlencode --body-file --json",
    "curl, hey and oha",
    "-b TEXT, or -b @FILE",
  ),
  ...all("-T --content-type", "hey and oha", "-H 'content-type: …'"),
  ...all(
    "-a --basic-auth --user",
    "hey, oha and curl",
    "-H 'authorization: Basic …'",
  ),
  ...all("-A --user-agent --accept", "curl, hey and oha", "-H 'name: value'"),
  ...all("-I --head", "curl", "-X HEAD"),
  ...all("--request", "curl", "-X METHOD"),
  ...all(
    "-F --form -G --get --cookie --compressed -e --referer --url",
    "curl",
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
    "--set targets.0.tls.ca=FILE, or tls.cert and tls.key",
  ),
  ...all(
    "--timeout --max-time --connect-timeout",
    "wrk, curl and vegeta",
    "--set targets.0.timeout=5s",
  ),
  ...all(
    "-L --location --redirects",
    "curl and vegeta",
    "kar follows no redirect: name the address that answers",
  ),
  ...all(
    "-x --proxy --resolve --connect-to",
    "curl and oha",
    "kar sends to the address of the URL, without a proxy; give a host header with -H",
  ),
  ...all(
    "-s --script --lua",
    "wrk",
    "kar runs no script on one line; a config file has fields and several targets",
  ),
  ...all(
    "-S --silent --no-tui --no-color",
    "curl and oha",
    "--quiet, --no-screen, or NO_COLOR=1",
  ),
  ...all(
    "-w --write-out -o --output --output-format",
    "curl, oha and vegeta",
    "--out json=FILE",
  ),
  ...all("--latency --histogram", "wrk", "kar reports percentiles anyway"),
  ...all("--http1.1 --http1 --http1_1", "curl", "HTTP/1.1 is the default"),
  ...all(
    "-2 --h2 --h2c --http2-prior-knowledge --http-version",
    "oha, vegeta and curl",
    "--http2",
  ),
  ...all(
    "--disable-keepalive --no-keepalive",
    "hey and oha",
    "--set targets.0.max_requests_per_connection=1",
  ),
  ...all(
    "--latency-correction",
    "oha",
    "kar counts from the instant a request was due, always",
  ),
  ...all("--targets --format --lazy", "vegeta", `several targets ${FILE}`),
  ...all(
    "--stage --stages",
    "k6",
    "--schedule and --spikes shape the rate; kar set base 200 changes it",
  ),
]);

/** Flags of vegeta, written with one dash. */
const VEGETA: ReadonlyMap<string, string> = new Map([
  ["rate", "-r 200"],
  ["duration", "-d 30s"],
  ["body", "-b @FILE"],
  ["header", "-H 'name: value'"],
  ["http2", "--http2"],
  ["h2c", "--http2"],
  ["workers", OPEN],
  ["max-workers", OPEN],
  ["connections", OPEN],
  ["targets", `several targets ${FILE}`],
  ["timeout", "--set targets.0.timeout=5s"],
  ["insecure", "--set targets.0.tls.insecure=true"],
  ["output", "--out json=FILE"],
]);

/** What to write for a flag that kar does not have; null where no tool is known for it. */
export function foreignHint(flag: string): string | null {
  const known = FOREIGN.get(flag.replace(/=.*$/s, ""));
  return known === undefined ? null : ` (of ${known.of}): ${known.instead}`;
}

/** What to write for a word such as vegeta's `-rate=50`, which would be read as `-r ate=50`. */
export function singleDashHint(word: string): string | null {
  const name = /^-([a-z0-9-]{3,}?)(?:=.*)?$/s.exec(word)?.[1];
  const instead = name === undefined ? undefined : VEGETA.get(name);
  return instead === undefined ? null : ` (of vegeta): ${instead}`;
}

/** `-c 50` of hey, oha and wrk, which is kar's `--config`. */
export function connectionsHint(config: string): string | null {
  return /^\d+$/.test(config) ? OPEN : null;
}
