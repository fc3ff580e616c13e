/** Header fields as content filters ask about them. */
import type { Field } from './anomaly.ts';

const MOST_VALUE = 2048;
const WORD = /=\?([\w-]{1,40})(?:\*[\w-]{1,20})?\?([bq])\?([^?]{0,1000})\?=/gi;

/** Name as written, value unfolded and decoded (RFC 2047). */
export function decoded({ line }: Field): [name: string, value: string] {
  const colon = line.indexOf(':');
  const raw = line
    .slice(colon + 1, colon + 1 + MOST_VALUE)
    .replace(/\r?\n[ \t]+/g, ' ')
    .replace(/\?=\s+=\?/g, '?==?')
    .trim();
  return [line.slice(0, Math.max(0, colon)).trim().slice(0, 100), words(raw).toWellFormed()];
}

/** Text with its encoded words (RFC 2047) decoded. */
export const words = (text: string): string => text.replace(WORD, word);

function word(whole: string, charset: string, encoding: string, text: string): string {
  const bytes =
    encoding.toLowerCase() === 'b'
      ? Buffer.from(text, 'base64')
      : Buffer.from(
          text
            .replace(/_/g, ' ')
            .replace(/=([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        );
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return whole;
  }
}
