/** Registration tokens, `slt1_<region>_<id>_<secret>_<check>`: made and read, never kept. */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { TOKEN_PATTERN } from '@sightline/api';

export interface Token {
  /** Lower case. */
  region: string;
  /** Public: it finds the token in the store. */
  id: string;
  /** 256 bits, base64url. */
  secret: string;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A fresh token for a region; `random` gives so many bytes. */
export function mintToken(region: string, random: (size: number) => Buffer = randomBytes): Token {
  return {
    region: region.toLowerCase(),
    id: randomId(random),
    secret: random(32).toString('base64url'),
  };
}

/** Ten letters and digits, each equally likely: bytes beyond a multiple of 36 are left out. */
function randomId(random: (size: number) => Buffer): string {
  let id = '';
  while (id.length < 10)
    for (const byte of random(16)) if (byte < 252 && id.length < 10) id += LETTERS[byte % 36];
  return id;
}

export function writeToken(token: Token): string {
  const text = `slt1_${token.region}_${token.id}_${token.secret}`;
  return `${text}_${check(text)}`;
}

/** The parts of a token, or undefined when the text is none (a character lost or changed in copying included). */
export function readToken(text: string): Token | undefined {
  const trimmed = text.trim();
  const match = TOKEN_PATTERN.exec(trimmed);
  if (!match || check(trimmed.slice(0, -9)) !== match[4]) return undefined;
  return { region: match[1] as string, id: match[2] as string, secret: match[3] as string };
}

/** CRC-32: against slips of the clipboard, not against forgery. */
const check = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** What is stored of the secret; 256 random bits need no slow hash. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');
