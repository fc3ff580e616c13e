/** URLs in text and HTML, as they are written there. Every pattern takes linear time on any input. */

const MOST_LENGTH = 2048;
const MOST_TEXT = 4 * 1024 * 1024;

const BARE = /\b(?:https?|ftp):\/\/[^\s<>"`\\{}|^\p{Cc}]{1,2048}|\bwww\.[^\s<>"`\\{}|^\p{Cc}]{1,2044}/giu;
const ATTRIBUTE =
  /[\s"'/](?:href|src|action|background|formaction)\s{0,20}=\s{0,20}(?:"([^"]{0,4096})"|'([^']{0,4096})'|([^\s"'>]{1,4096}))/gi;
const TAG = /<[^<>]{0,10000}>/g;

/** Absolute URLs (http, https, ftp) of a plain text. */
export function urlsOfText(text: string): string[] {
  const found = text.slice(0, MOST_TEXT).match(BARE) ?? [];
  return unique(found.map(trim).map(absolute));
}

/** URLs of an HTML text: link, image and form targets, and what is written between the tags. */
export function urlsOfHtml(html: string): string[] {
  const cut = html.slice(0, MOST_TEXT);
  const targets = [...cut.matchAll(ATTRIBUTE)].map((m) => decode(m[1] ?? m[2] ?? m[3] ?? ''));
  return unique([...targets.map(target), ...urlsOfText(textOfHtml(cut))]);
}

/** What a person reads of an HTML text. */
export const textOfHtml = (html: string): string => decode(html.slice(0, MOST_TEXT).replace(TAG, ' '));

/** A browser drops white space around and line ends within a target. */
function target(raw: string): string {
  const url = raw.replace(/[\t\r\n]/g, '').trim();
  return absolute(url.startsWith('//') ? `https:${url}` : url);
}

/** '' for anything that does not lead to another host. */
function absolute(url: string): string {
  const full = /^www\./i.test(url) ? `http://${url}` : url;
  if (full.length > MOST_LENGTH || !/^(?:https?|ftp):\/\/[^/?#]/i.test(full)) return '';
  return URL.canParse(full) ? full : '';
}

/** Takes off the punctuation that belongs to the sentence; a bracket stays if it was opened inside. */
function trim(url: string): string {
  let end = url.length;
  while (end > 0) {
    const last = url[end - 1] ?? '';
    if (/[.,;:!?'*_~]/.test(last)) end--;
    else if (last === ')' && !url.slice(0, end).includes('(')) end--;
    else if (last === ']' && !url.slice(0, end).includes('[')) end--;
    else break;
  }
  return url.slice(0, end);
}

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  sol: '/',
  period: '.',
  num: '#',
  quest: '?',
  equals: '=',
  commat: '@',
  percnt: '%',
  lowbar: '_',
  hyphen: '-',
  Tab: '\t',
  NewLine: '\n',
};

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));?/gi, (whole, hex, decimal, name) => {
    if (name) return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? whole) : whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const unique = (urls: string[]): string[] => [...new Set(urls)].filter((url) => url !== '');
