/** A system that kar is compiled for. */
export interface Target {
  /** As `deno compile --target` wants it. */
  readonly triple: string;
  /** Name of the file in a release. */
  readonly file: string;
}

/** Everything that a release has. */
export const TARGETS: readonly Target[] = [
  { triple: "x86_64-unknown-linux-gnu", file: "kar-linux-x64" },
  { triple: "aarch64-unknown-linux-gnu", file: "kar-linux-arm64" },
  { triple: "x86_64-apple-darwin", file: "kar-macos-x64" },
  { triple: "aarch64-apple-darwin", file: "kar-macos-arm64" },
  { triple: "x86_64-pc-windows-msvc", file: "kar-windows-x64.exe" },
];

/** The system that this script runs on; its file has a short name. */
export function hostTarget(): Target {
  const { target: triple, os } = Deno.build;
  return { triple, file: os === "windows" ? "kar.exe" : "kar" };
}
