/** Text as full-text search sees it: folded words of letters and digits, the same for both databases. Pure. */

/** Words of one entity that are searched. */
const MOST = 20_000;

/** Case, width and accents do not matter. */
export const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** `evil.example.com` is three words, found as a phrase. */
export const wordsOf = (text: string): string[] => (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MOST);
