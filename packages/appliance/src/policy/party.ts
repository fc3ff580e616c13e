/** Which mail policy a recipient falls under. Pure. */
import type { MailPolicy } from '@sightline/api';
import { domainOf } from '../queue/route.ts';

/** Address, domain, or `.domain` for its subdomains; an empty list is for all. */
export function covers(entries: readonly string[], address: string): boolean {
  if (entries.length === 0) return true;
  const whole = address.toLowerCase();
  const domain = domainOf(whole);
  return entries.some((entry) => {
    if (entry.includes('@'))
      return entry === whole || entry === `${whole.slice(0, whole.lastIndexOf('@'))}@${domain}`;
    return entry.startsWith('.') ? domain.endsWith(entry) : entry === domain;
  });
}

/** The first that fits sender and recipient; undefined: DEFAULT. */
export const policyFor = (
  ordered: readonly MailPolicy[],
  sender: string,
  recipient: string,
): MailPolicy | undefined =>
  ordered.find((one) => covers(one.senders, sender) && covers(one.recipients, recipient));
