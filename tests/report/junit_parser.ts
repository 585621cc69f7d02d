/**
 * JUnit's XML as others read it: by Python's `junitparser` where that is found,
 * else by Python's XML parser, else by a few expressions.
 *
 * @module
 */

/** What was read. */
export interface JunitRead {
  readonly counts: Readonly<Record<string, number>>;
  readonly cases: readonly (readonly [string, string, string])[];
}

const PYTHON = `
import json, sys, xml.etree.ElementTree as tree
text = sys.stdin.read()
def kind(element): return element.tag.lower()
try:
    import junitparser
    suites = junitparser.JUnitXml.fromstring(text)
    cases = [[c.classname, c.name, kind(c.result[0]._elem) if c.result else "passed"]
             for suite in suites for c in suite]
    counts = dict(tests=suites.tests, failures=suites.failures, errors=suites.errors, skipped=suites.skipped)
    for suite in suites:
        before = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert before == (suite.tests, suite.failures, suite.errors, suite.skipped), "counts"
except ImportError:
    root = tree.fromstring(text)
    cases = [[c.get("classname"), c.get("name"), kind(c[0]) if len(c) else "passed"]
             for c in root.iter("testcase")]
    counts = {k: int(root.get(k)) for k in ("tests", "failures", "errors", "skipped")}
print(json.dumps({"counts": counts, "cases": cases}))
`;

/** Reads a file of JUnit's. */
export async function readJunit(xml: string): Promise<JunitRead> {
  try {
    const child = new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
      args: ["-c", PYTHON],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(xml));
    await writer.close();
    const { stdout } = await child.output();
    return JSON.parse(new TextDecoder().decode(stdout));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return readPlainly(xml);
    throw error;
  }
}

function readPlainly(xml: string): JunitRead {
  const head = /<testsuites[^>]*>/.exec(xml)![0];
  const counts = Object.fromEntries(
    ["tests", "failures", "errors", "skipped"].map((name) => [
      name,
      Number(new RegExp(`${name}="(\\d+)"`).exec(head)![1]),
    ]),
  );
  const regExp =
    /<testcase classname="([^"]*)" name="([^"]*)"[^>]*?(?:\/>|>\s*<(\w+))/g;
  const cases = [...xml.matchAll(regExp)].map(([, group, name, flaw]) =>
    [plain(group!), plain(name!), flaw ?? "passed"] as const
  );
  return { counts, cases };
}

function plain(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
