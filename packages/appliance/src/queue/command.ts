/** Commands of a transaction with the parameters that the next hop knows. Pure. */
import type { Dsn } from './message.ts';

/** What is said before the data. */
export interface Letter {
  /** '' is the null reverse-path. */
  sender: string;
  recipients: { rid: number; address: string }[];
  /** Bytes. */
  size: number;
  body?: '7bit' | '8bitmime';
  smtputf8?: boolean;
  dsn?: Dsn;
}

type Extensions = ReadonlyMap<string, string>;

/** An extension that the message needs and the next hop does not have. */
export interface Missing {
  status: string;
  text: string;
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** Undefined where the next hop can take the message as it is. */
export function missing({ smtputf8, sender, recipients }: Letter, known: Extensions): Missing | undefined {
  if (known.has('SMTPUTF8')) return undefined;
  if (smtputf8)
    return { status: '5.6.7', text: 'The message is in UTF-8 (SMTPUTF8), which the next hop does not take.' };
  if (isAscii(sender) && recipients.every(({ address }) => isAscii(address))) return undefined;
  return { status: '5.6.7', text: 'An address is not ASCII, which the next hop does not take.' };
}

/** Nothing of an address can end its command. */
const path = (address: string): string => {
  if (/[\r\n\0]/.test(address)) throw new Error('An address has a line end in it.');
  return `<${address}>`;
};

export function mailCommand({ sender, size, body, smtputf8, dsn }: Letter, known: Extensions): string {
  const parts = [`MAIL FROM:${path(sender)}`];
  if (known.has('SIZE')) parts.push(`SIZE=${size}`);
  // Servers without it have taken eight bits for long; changing the bytes would break signatures.
  if (known.has('8BITMIME') && body === '8bitmime') parts.push('BODY=8BITMIME');
  if (known.has('SMTPUTF8') && (smtputf8 || !isAscii(sender))) parts.push('SMTPUTF8');
  if (known.has('DSN') && dsn?.ret) parts.push(`RET=${dsn.ret}`);
  if (known.has('DSN') && dsn?.envid) parts.push(`ENVID=${xtext(dsn.envid)}`);
  return parts.join(' ');
}

export function rcptCommand(
  { rid, address }: { rid: number; address: string },
  { dsn }: Letter,
  known: Extensions,
): string {
  const parts = [`RCPT TO:${path(address)}`];
  const wish = dsn?.recipients?.find((one) => one.rid === rid);
  if (known.has('DSN') && wish?.notify?.length) parts.push(`NOTIFY=${wish.notify.join(',')}`);
  if (known.has('DSN') && wish?.orcpt) parts.push(`ORCPT=${original(wish.orcpt)}`);
  return parts.join(' ');
}

/** `rfc822;address` with the address as xtext. */
function original(orcpt: string): string {
  const at = orcpt.indexOf(';');
  return `${orcpt.slice(0, at)};${xtext(orcpt.slice(at + 1))}`;
}

/** RFC 3461 section 4. */
const xtext = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x2b && byte !== 0x3d
        ? String.fromCharCode(byte)
        : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
