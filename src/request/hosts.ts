/** DNS, RFC 1035, section 2.3.4. */
const NAME_CHARS_MAX = 253;
/** A part between dots; names of services begin with an underscore. */
const LABEL_REGEXP = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
const DIGITS_REGEXP = /^[0-9][0-9.]*$/;

/**
 * Whether a text may be a host: a name, an address, or an IPv6 address in
 * brackets. Whether there is one of that name only the network knows.
 */
export function isHost(text: string): boolean {
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1];
  if (bracketed !== undefined) return isIpv6(bracketed);
  if (DIGITS_REGEXP.test(text)) return isIpv4(text);
  const name = text.replace(/\.$/, "");
  return name.length <= NAME_CHARS_MAX &&
    name.split(".").every((label) => LABEL_REGEXP.test(label));
}

/** Whether a text may be asked for by TLS: a name, or an address without brackets. */
export function isServerName(text: string): boolean {
  return isHost(text) || isIpv6(text);
}

function isIpv6(text: string): boolean {
  return text.includes(":") && URL.canParse(`http://[${text}]/`);
}

/** Four numbers, without the short forms that some systems know. */
function isIpv4(text: string): boolean {
  return URL.parse(`http://${text}/`)?.hostname === text;
}
