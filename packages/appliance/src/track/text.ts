/** How values are made equal before they are compared: case, Unicode form, spelling of addresses of the network. */

/**
 * Folds case and compatibility forms (NFKC), so that `Ｒechnung`, `RECHNUNG` and `rechnung` are one. Both sides of
 * a comparison go through here.
 */
export function fold(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return text.toWellFormed().normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/** Part after the last `@`, folded, without a final dot; '' if there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : foldDomain(address.slice(at + 1));
}

/** A domain as it is compared: folded, without dots around it. */
export const foldDomain = (domain: string): string => fold(domain).replace(/^\.+|\.+$/g, '');

/** A Message-ID without angle brackets and space round it (RFC 5322 section 3.6.4); its case counts. */
export const foldMessageId = (id: string): string => id.trim().replace(/^<+|>+$/g, '');

/** A URL with scheme and host in lower case and its path never empty; other text only trimmed. */
export function foldUrl(url: string): string {
  return URL.parse(url.trim())?.href ?? url.trim();
}

/** Host of a URL without port and brackets, folded; '' if it is none. */
export function hostOf(url: string): string {
  return foldDomain((URL.parse(url.trim())?.hostname ?? '').replace(/^\[|\]$/g, ''));
}
