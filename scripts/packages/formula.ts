/**
 * The formula for Homebrew, from the checksums of a release.
 */
import { VERSION } from "../packaging/program.ts";

const RELEASES = "https://github.com/rlaope/kar98k/releases/download";

/** Sums by the names of files, from the text of `SHA256SUMS`. */
export function readChecksums(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)]
      .map(([, sum, file]) => [file!, sum!]),
  );
}

/**
 * `kar98k.rb`: installs the binary of a system, its completions and its manual.
 *
 * @throws Error when a file of the release has no sum
 */
export function formulaOf(checksums: ReadonlyMap<string, string>): string {
  return `class Kar98k < Formula
  desc "Realistic, irregular traffic for a service, for minutes or for years"
  homepage "https://github.com/rlaope/kar98k"
  version "${VERSION}"
  license "MIT"

  on_macos do
${choices("macos", checksums)}
  end

  on_linux do
${choices("linux", checksums)}
  end

  def install
    bin.install Dir["kar-*"].first => "kar"
    generate_completions_from_executable(bin/"kar", "completion")
    system bin/"kar", "man", "--dir", man1
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/kar --version")
    (testpath/"kar.yaml").write <<~YAML
      targets:
        - name: local
          url: http://localhost:8080/
    YAML
    system bin/"kar", "validate", "kar.yaml"
  end
end
`;
}

function choices(
  system: "macos" | "linux",
  checksums: ReadonlyMap<string, string>,
): string {
  const names = [["arm", "arm64"], ["intel", "x64"]] as const;
  return names.map(([cpu, name]) => {
    const file = `kar-${system}-${name}`;
    const sum = checksums.get(file);
    if (sum === undefined) throw new Error(`SHA256SUMS: ${file} has no sum`);
    return `    on_${cpu} do
      url "${RELEASES}/v${VERSION}/${file}"
      sha256 "${sum}"
    end`;
  }).join("\n");
}
