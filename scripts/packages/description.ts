import { parse } from "yaml";
import { ROOT, VERSION } from "../packaging/program.ts";

/** The one description of both packages. */
export const NFPM_YAML = `${ROOT}/scripts/packages/nfpm.yaml`;

/** A system that packages are made for, as Debian calls its processor. */
export type Architecture = "amd64" | "arm64";

/** A file of a package. */
export interface PackageFile {
  /** From the staged folder; `man/*` = all of a folder. */
  readonly src: string;
  readonly dst: string;
  readonly mode: number;
  /** What people have changed stays. */
  readonly isConfig: boolean;
}

/** What `nfpm.yaml` says of the deb. */
export interface DebDescription {
  /** Fields of `control`, without the installed size. */
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly PackageFile[];
  /** By the names that dpkg has for them. */
  readonly scripts: Readonly<Record<string, string>>;
}

/** Variables that `nfpm.yaml` uses. */
export function descriptionEnv(
  architecture: Architecture,
): Readonly<Record<string, string>> {
  return { KAR_ARCH: architecture, KAR_VERSION: VERSION };
}

interface NfpmYaml {
  readonly name: string;
  readonly arch: string;
  readonly version: string;
  readonly section: string;
  readonly priority: string;
  readonly maintainer: string;
  readonly description: string;
  readonly homepage: string;
  readonly depends: readonly string[];
  readonly contents: readonly {
    readonly src: string;
    readonly dst: string;
    readonly type?: string;
    readonly packager?: string;
    readonly file_info: { readonly mode: number };
  }[];
  readonly scripts: Readonly<
    Record<"postinstall" | "preremove" | "postremove", string>
  >;
}

/** Reads what the deb is from `nfpm.yaml`. */
export async function readDeb(
  architecture: Architecture,
): Promise<DebDescription> {
  const env = descriptionEnv(architecture);
  const text = (await Deno.readTextFile(NFPM_YAML))
    .replaceAll(/\$\{(\w+)\}/g, (_, name) => env[name]!);
  // YAML 1.1, as nfpm reads it: 0755 is octal.
  const yaml: NfpmYaml = parse(text, { version: "1.1" });
  const [first, ...more] = yaml.description.split("\n");
  const { postinstall, preremove, postremove } = yaml.scripts;
  return {
    fields: {
      Package: yaml.name,
      Version: yaml.version,
      Section: yaml.section,
      Priority: yaml.priority,
      Architecture: yaml.arch,
      Maintainer: yaml.maintainer,
      Depends: yaml.depends.join(", "),
      Homepage: yaml.homepage,
      Description: [first, ...more.map((line) => ` ${line}`)].join("\n"),
    },
    files: yaml.contents
      .filter(({ packager = "deb" }) => packager === "deb")
      .map(({ src, dst, type = "", file_info: { mode } }) => ({
        src,
        dst,
        mode,
        isConfig: type.startsWith("config"),
      })),
    scripts: { postinst: postinstall, prerm: preremove, postrm: postremove },
  };
}
