/**
 * What `systemd-analyze verify` has to say of a unit that starts `program` in
 * the place of `/usr/local/bin/kar`, which is not installed where tests run.
 *
 * It ends with 0 even for what it does not understand, so only silence is good.
 */
export async function verifyUnit(
  unit: string,
  program: string,
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "kar-unit-" });
  try {
    const path = `${folder}/kar.service`;
    const copy = unit.replaceAll("/usr/local/bin/kar", program);
    await Deno.writeTextFile(path, copy);
    const { stdout, stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", "--man=no", path],
      env: { SYSTEMD_COLORS: "0" },
    }).output();
    const text = new TextDecoder();
    // Other units of the machine that it reads on the way are not our concern.
    return `${text.decode(stdout)}${text.decode(stderr)}`.split("\n")
      .filter((line) => line.includes("kar.service")).join("\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
