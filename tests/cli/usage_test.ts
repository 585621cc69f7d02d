import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { reportError } from "../../src/cli/mod.ts";
import { FakeSystem } from "./fake_system.ts";
import { kar } from "./kar.ts";

/** Wrong words, and what the one line on standard error has to say. */
const WRONG: readonly (readonly [args: string, says: RegExp])[] = [
  ["rnu", /unknown command 'rnu' \(Did you mean run\?\)/],
  ["simulat --config x", /\(Did you mean simulate\?\)/],
  ["zzz", /unknown command 'zzz'$/m],
  ["run --confgi x", /unknown option '--confgi' \(Did you mean --config\?\)/],
  ["simulate --formt csv", /\(Did you mean --format\?\)/],
  ["run", /^kar: URL is missing: name one, or --config FILE$/m],
  ["simulate", /--config FILE is missing/],
  ["run --config", /argument missing/],
  ["validate", /^kar: FILE is missing: name a config file$/m],
  ["validate a -c b", /two files to check, a and --config b: name one/],
  ["validate --config", /argument missing/],
  ["validate a b", /too many arguments/],
  ["version extra", /too many arguments/],
  ["run kar.yaml", /'kar\.yaml' is not a URL .*with --config$/m],
  [
    "run -r 5",
    /^kar: --rate goes with a URL: .* --set controller.base_tps=N$/m,
  ],
  ["run -c x -X PUT", /^kar: --method goes with a URL: /],
  ["run http://localhost/ -c x", /localhost\/ and --config x: name one of/],
  ["run http://localhost/ -c 50", /-c 50 would be a config file; kar is open-/],
  [
    "run http://localhost/ -n 200",
    /'-n' \(of hey, .*kar runs for a time: -d 30s/,
  ],
  ["http://localhost/ -k", /'-k' \(of curl .*targets\.0\.tls\.insecure=true$/m],
  ["http://localhost/ -rate=50", /'-rate=50' \(of vegeta\): -r 200$/m],
  ["http://localhost/ --connections 9", /open-loop: -r says how many/],
  ["http://localhost/ -X GE/T", /^kar: -X: must be a method such as GET/],
  ["http://localhost/ -H accept", /'accept' is invalid.* name: value/],
  ["http://localhost/ -H x:a\u0001", /^kar: -H: /],
  ["http://localhost/ --max 3", /--max 3 is below the rate of 50/],
  ["http://localhost/ -r fast", /'fast' is invalid.* such as 200/],
  ["http://localhost/ -r 99999999", /^kar: -r: must be /],
  ["http://localhost/ --spikes 3", /'3' is invalid.* such as 0.1x3/],
  ["http://localhost/ --spikes 0.1x0.5", /^kar: --spikes: must be /],
  ["http://localhost/ --schedule 9", /'9' is invalid.*hours:multiplier/],
  ["http://localhost/ -d {}", /'\{\}' is invalid.* with -b\.$/m],
  ["http://localhost/ -b @nowhere.json", /-b @nowhere\.json: nowhere\.json/],
  ["http://localhost/ --grpc a.B/C -b x", /-b "x" is not JSON/],
  ["http://localhost/ --grpc a.B/C -X PUT", /--grpc does not go with -X/],
  ["http://localhost/ --grpc A", /^kar: --grpc: must be like package\.Service/],
  ["http://8.8.8.8/ -r 51", /^kar: 8\.8\.8\.8 is neither this machine .*--yes/],
  ["quickstart http://8.8.8.8/", /^kar: 8\.8\.8\.8 is neither this machine/],
  ["discover", /^kar: URL is missing: name one, or --config/],
  ["discover http://8.8.8.8/", /^kar: 8\.8\.8\.8 is neither this machine/],
  [
    "discover http://localhost/ --min 0",
    /'0' is invalid.* a second above 0, such/,
  ],
  ["discover http://localhost/ --min 9 --max 5", /--min 9 is above --max 5/],
  [
    "discover http://localhost/ --threshold lag.p99<1ms",
    /a step has response, /,
  ],
  ["discover http://localhost/ --threshold response<1ms", /needs a statistic/],
  ["discover http://localhost/ --threshold errors>5%", /write < or <=/],
  ["discover http://localhost/ -n 5", /'-n' \(of hey/],
  ["quickstart", /^kar: URL is missing/],
  ["start --daemon -c -", /--config -: a run in the background has no/],
  ["simulate kar.yaml", /name a config file with --config$/m],
  ["help zzz", /^kar: unknown command 'zzz'$/m],
  ["help rnu", /unknown command 'rnu' \(Did you mean run\?\)/],
  ["set foo 2", /^kar: argument 'foo' is invalid .* base, max, scale/],
  ["completion", /missing required argument 'SHELL'/],
  ["completion tcsh", /'tcsh' is invalid .* bash, zsh, fish/],
  ["run -c x --duration 5x", /'5x' is invalid.* such as 30s/],
  ["run -c x --duration 0s", /'0s' is invalid.* such as 30s/],
  ["run -c x --duration 9000h", /'9000h' is invalid.* a year/],
  ["run -c x --start yesterday", /'yesterday' is invalid.* 2026-11-24T/],
  ["run -c x --start 1969-01-01T00:00Z", /1970 to 2400/],
  ["run -c x --start 2405-01-01T00:00Z", /1970 to 2400/],
  ["run -c x --seed -1", /'-1' is invalid.* whole number from 0/],
  ["run -c x --seed 9007199254740992", /whole number from 0/],
  ["run -c x --stripe 0/4", /'0\/4' is invalid.* such as 1\/4/],
  ["run -c x --stripe 5/4", /'5\/4' is invalid/],
  ["run -c x --stripe 1/257", /at most 256 parts/],
  ["run -c x --stripe-index 4/4", /'4\/4' is invalid.* such as 0\/4/],
  ["run -c x --stripe-index 0/0", /'0\/0' is invalid.* such as 0\/4/],
  ["run -c x --stripe-index 0/257", /at most 256 parts/],
  ["run -c x --stripe 1/2 --stripe-index 0/2", /give one of them/],
  ["stop --name a --fleet nats://h:1/b", /--fleet .* give one of them/],
  ["reload --name a --fleet nats://h:1/b", /--fleet .* give one of them/],
  ["stop --part --fleet nats://h:1/b", /--part goes with one run/],
  ["run -c x --at +1s --stripe 1/2", /\+1s with --stripe 1\/2 .* each machine/],
  ["run -c x --at +1s --stripe-index 1/2", /--stripe 2\/2 .* each machine/],
  ["run -c x --set base", /'base' is invalid.* path=value/],
  ["run -c x --set =5", /'=5' is invalid.* path=value/],
  ["run -c x --out report.json", /'report.json' is invalid.* json=FILE/],
  ["run -c x --out xml=a", /'xml=a' is invalid.* json=FILE/],
  ["run -c x --out json=", /'json=' is invalid.* json=FILE/],
  ["run -c x --at noon", /'noon' is invalid.* 2026-11-24T/],
  ["run -c x --at +soon", /'\+soon' is invalid.* such as 30s/],
  ["run -c x --at +1s --armed", /--armed waits for a person, --at for an/],
  ["run -c x --at +1s --resume", /--resume goes on at once, --at waits/],
  ["run -c x --out =a", /'=a' is invalid.* json=FILE/],
  ["run -c x --out json=- --out text=-", /only one report .*standard output/],
  ["run -c x --out json=- --out csv=/dev/stdout", /only one report/],
  ["run -c x --out json=a --out text=./a", /two reports .*\/a: /],
  ["run -c x --screen --out json=-", /--screen draws on standard output/],
  ["start --daemon -c x --out json=-", /has no standard output/],
  ["start --daemon -c x --out xml=a", /'xml=a' is invalid.* json=FILE/],
  ["simulate -c x --resolution 5", /'5' is invalid.* such as 30s/],
  ["simulate -c x --format xml", /'xml' is invalid.* text, csv, json/],
  ["demo --duration soon", /'soon' is invalid/],
  ["echo --port 65536", /'65536' is invalid.* 0 to 65535/],
  ["echo --error-share 101%", /'101%' is invalid.* 0.05 or 5%/],
  ["echo --capacity 0", /'0' is invalid.* a second above 0, such/],
  ["echo --latency fast", /'fast' is invalid/],
  ["echo --jitter 5ms", /--jitter has no effect without --latency/],
  ["echo --stall-after 5s", /--stall-after has no effect without --stall/],
];

/** Option values that are a flag: somebody forgot the value. */
const SLIPS: readonly string[] = [
  "run -c x --record --quiet",
  "run -c x --name --quiet",
  "run -c x --out --quiet",
  "run -c x --set --quiet",
  "run -c --quiet",
  "run http://localhost/ -b --quiet",
  "run http://localhost/ --save -d 5s",
  "http://localhost/ --record --quiet",
  "report x --with --out",
  "merge a b --record --report",
  "runs --name --json",
  "import har --only --save a",
  "import har a.har --only --save",
  "start --daemon -c --trigger",
  "man --dir --quiet",
];

for (const args of SLIPS) {
  Deno.test(`kar ${args} is one line that says which value is missing`, async () => {
    const { code, out, err } = await kar(args.split(" "));
    assert.deepEqual([code, out], [2, ""]);
    assert.match(
      err,
      /^kar: -{1,2}[a-z]+ has no value, since -{1,2}\w+ is a flag; .*=-{1,2}\w+\n$/,
    );
  });
}

/** Flags that change keys of a file that is right. */
const WRONG_FLAGS: readonly (readonly [words: readonly string[], RegExp])[] = [
  [["--tolerate", "200%"], /^kar: --tolerate: must be /],
  [["--tolerate", "{"], /^kar: --tolerate: /],
  [["--threshold", "errors < 1"], /^kar: --threshold 'errors < 1': errors is/],
  [["--threshold", "speed > 1"], /^kar: --threshold 'speed > 1': /],
  [
    ["--set", "controller.base_tps=-1"],
    /^kar: --set controller\.base_tps: must/,
  ],
  [["--set", "controller.base=1"], /^kar: --set controller\.base: /],
];

for (const [words, says] of WRONG_FLAGS) {
  for (const source of [["-c", "kar.yaml"], ["http://localhost:9/"]]) {
    Deno.test(`kar run ${source[0]} ${words.join(" ")} is wrong usage, of that flag`, async () => {
      const { code, out, err } = await kar(["run", ...source, ...words], {
        files: {
          "kar.yaml": "targets: [{ name: a, url: http://localhost:9 }]",
        },
      });
      assert.deepEqual([code, out], [2, ""], err);
      assert.match(err, says);
    });
  }
}

for (const [args, says] of WRONG) {
  Deno.test(`kar ${args} is one line on standard error and exit code 2`, async () => {
    const { code, out, err } = await kar(args.split(" "));
    assert.equal(code, 2);
    assert.equal(out, "");
    assert.match(err, /^kar: [^\n]*\n$/);
    assert.match(err, says);
  });
}

Deno.test("kar without a command shows its help on standard error and exits 2", async () => {
  const { code, out, err } = await kar([]);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(err, /^Usage: kar/);
});

Deno.test("reportError() gives every KarError its exit code and its message", () => {
  const codes = {
    config: 3,
    cannotStart: 4,
    notRunning: 5,
    noAnswer: 6,
    cancelled: 130,
  };
  for (const [exit, code] of Object.entries(codes)) {
    const system = new FakeSystem();
    const error = new KarError(exit as keyof typeof codes, "what failed");
    assert.equal(reportError(system, error), code);
    assert.equal(system.stderr.text, "kar: what failed\n");
  }
});

Deno.test("reportError() calls anything else a bug, in one line without a stack", () => {
  const system = new FakeSystem();
  assert.equal(reportError(system, new TypeError("x is not a function")), 1);
  assert.match(
    system.stderr.text,
    /^kar: a bug .*x is not a function.*please report.*\n$/,
  );
});

Deno.test("reportError() shows the stack of a bug where KAR_DEBUG=1", () => {
  const system = new FakeSystem({ env: { KAR_DEBUG: "1" } });
  reportError(system, new TypeError("x is not a function"));
  assert.match(system.stderr.text, /\n {4}at .*usage_test\.ts/);
});
