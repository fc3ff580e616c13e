import type { ListKind } from '@sightline/api';

/** What an entry can name, in words. */
export const KINDS: Record<ListKind, { label: string; hint: string }> = {
  sender: { label: 'Sender', hint: 'ann@example.com' },
  domain: { label: 'Domain', hint: 'example.com, with its subdomains' },
  network: { label: 'IP or network', hint: '192.0.2.7, 192.0.2.0/24; the connection is refused' },
  url: { label: 'Link', hint: 'evil.example.com, or a whole link; defanged is fine' },
  sha256: { label: 'File (SHA-256)', hint: '64 hexadecimal digits' },
  subject: { label: 'Subject', hint: 'pattern: * stands for any characters, ? for one' },
  attachment: { label: 'File name', hint: 'pattern: *.scr' },
};

/** Values typed on lines or with commas between; patterns may have commas in them. */
export const valuesOf = (kind: ListKind, text: string): string[] =>
  text
    .split(kind === 'subject' || kind === 'attachment' ? /\n+/ : /[\s,;]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
