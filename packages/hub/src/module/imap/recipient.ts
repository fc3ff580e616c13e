/** From addresses of recipients to the mailboxes that are opened for them. Pure. */
import type { MailServer } from './settings.ts';

/** One mailbox, and all recipients whose mail is in it. */
export interface Mailbox {
  /** The same for all that are one mailbox. */
  key: string;
  addresses: string[];
  /** Whose name is logged in with. */
  login: string;
  /** SASL authorization identity, '' for none. */
  authzid: string;
  /** The mailbox is this folder and what is below it; '' where it is all that the log-in sees. */
  root: string;
}

export const domainOf = (address: string): string =>
  address.includes('@') ? address.slice(address.lastIndexOf('@') + 1).toLowerCase() : '';

/** Without what a log-in name or the path of a folder would take for something else. */
const LOCAL = /^[\p{L}\p{N}.!#$&'+=?^_`|~-]{1,64}$/u;

/** Address of a recipient in lower case, each once, of the domains that are served. */
export const served = (addresses: readonly string[], { domains }: Pick<MailServer, 'domains'>): string[] => [
  ...new Set(addresses.map((one) => one.toLowerCase()).filter((one) => domains.has(domainOf(one)))),
];

/** The mailboxes of these recipients, and the addresses that none can be named for. */
export function mailboxesOf(
  addresses: readonly string[],
  server: MailServer,
): { mailboxes: Mailbox[]; strange: string[] } {
  const mailboxes = new Map<string, Mailbox>();
  const strange: string[] = [];
  for (const address of addresses) {
    const mailbox = mailboxOf(address, server);
    const known = mailbox && mailboxes.get(mailbox.key);
    if (known) known.addresses.push(address);
    else if (mailbox) mailboxes.set(mailbox.key, mailbox);
    else strange.push(address);
  }
  return { mailboxes: [...mailboxes.values()], strange };
}

/** Undefined for an address that cannot be put into a name. What follows a plus sign is not part of a mailbox. */
export function mailboxOf(address: string, server: MailServer): Mailbox | undefined {
  const domain = domainOf(address);
  const [local = ''] = address.slice(0, -domain.length - 1).split('+');
  if (!LOCAL.test(local) || local.includes('..')) return undefined;
  const filled = (template: string, more: Record<string, string> = {}): string =>
    template.replace(/\{(\w+)\}/g, (whole, key: string) => {
      const values: Record<string, string> = { user: `${local}@${domain}`, local, domain, ...more };
      return values[key] ?? whole;
    });
  const { logIn, user } = server;
  const between = server.loginName.replaceAll(/\{\w+\}/g, '');
  if (logIn === 'master-login' && [...between].some((sign) => local.includes(sign))) return undefined;
  const name = filled(server.mailboxName);
  const root = logIn === 'account' ? filled(server.sharedFolder) : '';
  const login = logIn === 'master-login' ? filled(server.loginName, { name, master: user }) : user;
  const authzid = logIn === 'master-plain' ? name : '';
  return { key: JSON.stringify([login, authzid, root]), addresses: [address], login, authzid, root };
}
