/** Recipients as the Recipient Access Table names them. Pure. */
import { Domain } from './address.ts';

export type RecipientPattern =
  | { kind: 'all' }
  | { kind: 'domain'; domain: string }
  /** Below a domain: `.example.com`. */
  | { kind: 'subdomains'; suffix: string }
  | { kind: 'address'; local: string; domain: string }
  /** In every domain: `abuse@`. */
  | { kind: 'user'; local: string };

// Quoted local parts and those that an old host could route are no entries of a table.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const LOCAL = /^[^\x00-\x20\x7f"(),:;<>@[\]\\%!]{1,128}$/;

/** Names fold case and Unicode form; undefined where the text is no entry. */
export function recipientOf(text: string): RecipientPattern | undefined {
  const plain = text.trim().normalize('NFC').toLowerCase();
  if (plain === 'all') return { kind: 'all' };
  const at = plain.lastIndexOf('@');
  if (at < 0) return domain(plain);
  const local = plain.slice(0, at);
  if (!LOCAL.test(local)) return undefined;
  if (at === plain.length - 1) return { kind: 'user', local };
  const rest = domain(plain.slice(at + 1));
  return rest?.kind === 'domain' ? { kind: 'address', local, domain: rest.domain } : undefined;
}

function domain(text: string): RecipientPattern | undefined {
  if (!Domain.safeParse(text).success) return undefined;
  return text.startsWith('.') ? { kind: 'subdomains', suffix: text } : { kind: 'domain', domain: text };
}
