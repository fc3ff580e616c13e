/** What a file is, by its content first and its name second. */
import type { FileKind } from './piece.ts';

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const HEADER = /^(?:from |[!-9;-~]{1,70}:[ \t].*\r?\n(?:[ \t].*\r?\n|[!-9;-~]{1,70}:.*\r?\n)*)/i;
const MAIL_FIELD = /^(?:from|to|subject|date|received|message-id|return-path|mime-version|delivered-to):/im;

export function kindOf(name: string, bytes: Uint8Array): FileKind {
  const head = Buffer.from(bytes.subarray(0, 4096));
  if (head.subarray(0, 8).equals(OLE)) return 'msg';
  if (head.subarray(0, 1024).includes('%PDF-')) return 'pdf';
  const text = head.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
  if (/^\s*[[{]/.test(text) && isJson(bytes)) return 'json';
  if (/\.(eml|mbox|mht)$/i.test(name)) return 'eml';
  if (HEADER.test(text) && (text.match(new RegExp(MAIL_FIELD, 'gim'))?.length ?? 0) >= 2) return 'eml';
  return /\.(csv|tsv)$/i.test(name) ? 'csv' : 'text';
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(textOf(bytes));
    return true;
  } catch {
    return false;
  }
}

/** UTF-8, UTF-16 with a byte order mark, else Latin-1. */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
