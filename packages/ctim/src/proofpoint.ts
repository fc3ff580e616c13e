/** URL Defense, versions 1 to 3: the wrapped URL is in the link, in three encodings. */

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const query = (url: string, name: string): string | undefined =>
  new RegExp(`[?&]${name}=([^&#]+)`).exec(url)?.[1];

/** The URL percent-encoded in `u`. */
const first = (url: string): string | undefined => decoded(query(url, 'u') ?? '%');

/** In `u`, with `-` for `%` and `_` for `/`. */
const second = (url: string): string | undefined =>
  decoded((query(url, 'u') ?? '%').replaceAll('-', '%').replaceAll('_', '/'));

const RUNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const bytesOf = (base64: string): string | undefined => {
  try {
    const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
  } catch {
    return undefined;
  }
};

/**
 * Between `__` and `__;`. Each `*` stands for one character of the base64 text behind it; `**X` for a run of
 * them, its length from 2 up by the place of X in the base64 alphabet.
 */
const third = (url: string): string | undefined => {
  const [, wrapped, base64] = /\/v3\/__(.+?)__;([^!]*)!/s.exec(url) ?? [];
  const taken = base64 === undefined ? undefined : bytesOf(base64);
  if (wrapped === undefined || taken === undefined) return undefined;
  const characters = Array.from(taken);
  let at = 0;
  const whole = wrapped.replace(/\*(?:\*(.))?/gs, (_, run?: string) => {
    const length = run === undefined ? 1 : RUNS.indexOf(run) + 2;
    at += length;
    return characters.slice(at - length, at).join('');
  });
  return whole.replace(/^([a-z][a-z0-9+.-]*:\/)(?!\/)/i, '$1/');
};

/** The URL inside a URL Defense link, undefined if it cannot be read. */
export const unwrapProofpoint = (url: string): string | undefined => {
  if (url.includes('/v3/')) return third(url);
  return url.includes('/v2/') ? second(url) : first(url);
};
