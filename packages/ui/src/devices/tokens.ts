/** Registration tokens as they leave the page: expiry choices, text for the clipboard, text for a file. */
import { EXPIRY_HOURS, expiryLabel } from '@sightline/api';

export interface Minted {
  expires: string;
  tokens: { deviceId: string; name: string; token: string }[];
}

/** The eleven choices of the Token expiration drop-down; the first is the default. */
export const EXPIRIES = EXPIRY_HOURS.map((hours) => ({ value: String(hours), label: expiryLabel(hours) }));

/** All tokens, one a line. */
export const clipboardText = (minted: Minted): string => minted.tokens.map((t) => t.token).join('\n');

/** The file of Save as File: tab-separated, with what a reader must know above it. */
export function fileText(minted: Minted, region: string): string {
  const head = [
    `# Registration tokens for the exchange ${region}`,
    `# One token registers one device, once, before ${minted.expires}. Keep this file secret.`,
    '# name\tdevice id\ttoken',
  ];
  return [...head, ...minted.tokens.map((t) => [t.name, t.deviceId, t.token].join('\t')), ''].join('\n');
}

/** `registration-tokens-AMERICAS-2026-05-14.txt` */
export const fileName = (minted: Minted, region: string): string =>
  `registration-tokens-${region.replace(/[^\w-]+/g, '_')}-${minted.expires.slice(0, 10)}.txt`;

/** How many devices: a whole number from 1 to 100, or the sentence to show at the field. */
export function readCount(text: string): { count: number } | { problem: string } {
  const count = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  return count >= 1 && count <= 100 ? { count } : { problem: 'Enter a number from 1 to 100.' };
}
