/** One block of a PEM file: `-----BEGIN label-----` … `-----END label-----`. */
export interface PemBlock {
  readonly label: string;
  /** With its first and last line. */
  readonly text: string;
}

const BLOCK_REGEXP =
  /-----BEGIN ([A-Z0-9 ]+)-----[^\S\n]*\n[\s\S]*?-----END \1-----/g;
/** What DER begins with, the binary form: a sequence, and its length. */
const DER_SEQUENCE = 0x30;

/** The blocks of a PEM file, in order. */
export function blocksOf(text: string): PemBlock[] {
  return Array.from(
    text.replaceAll("\r\n", "\n").matchAll(BLOCK_REGEXP),
    ([block, label]) => ({ label: label!, text: block }),
  );
}

/** Blocks as the text of one file. */
export function textOf(blocks: readonly PemBlock[]): string {
  return blocks.map(({ text }) => `${text}\n`).join("");
}

/** Whether a block is a certificate. */
export function isCertificate({ label }: PemBlock): boolean {
  return label === "CERTIFICATE";
}

/** Whether a block is a private key, with a passphrase or without. */
export function isKey({ label }: PemBlock): boolean {
  return label.endsWith("PRIVATE KEY");
}

/** Whether a private key can be read only with a passphrase. */
export function isEncrypted({ label, text }: PemBlock): boolean {
  return label === "ENCRYPTED PRIVATE KEY" ||
    /^Proc-Type:.*ENCRYPTED/m.test(text);
}

/** What a file holds that does not hold what it should. */
export function contentsOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return "is empty";
  const text = new TextDecoder().decode(bytes);
  const [first] = blocksOf(text);
  if (first !== undefined) return `holds ${named(first)}`;
  if (text.includes("-----BEGIN ")) return "is cut off: a block has no end";
  if (isDer(bytes)) return "is in binary form (DER)";
  return "holds no PEM text";
}

/** Whether a sequence of just that length is all there is. */
function isDer(bytes: Uint8Array): boolean {
  const [first, second = 0] = bytes;
  if (first !== DER_SEQUENCE) return false;
  if (second < 0x80) return bytes.length === second + 2;
  const digits = bytes.subarray(2, 2 + second - 0x80);
  const length = digits.reduce((sum, digit) => 256 * sum + digit, 0);
  return bytes.length === length + digits.length + 2;
}

function named({ label }: PemBlock): string {
  if (label === "CERTIFICATE") return "a certificate";
  if (label.endsWith("CERTIFICATE REQUEST")) {
    return "a request, not a certificate";
  }
  if (label.endsWith("PRIVATE KEY")) return "a private key";
  if (label.endsWith("PUBLIC KEY")) return "a public key";
  return `"${label.toLowerCase()}"`;
}
