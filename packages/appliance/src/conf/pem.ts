/** Certificates in PEM form. Pure. */
import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '@sightline/api';

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a text, undefined when it has none or one cannot be read. Text around them is allowed. */
export function certificates(text: string): X509Certificate[] | undefined {
  const blocks = text.match(BLOCK);
  if (!blocks) return undefined;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

/** `Example CA (valid until 2030-01-31)`: what people compare of a certificate. */
export function certificateWords(certificate: X509Certificate): string {
  const name = /(?:^|\n)CN=(.+)/.exec(certificate.subject)?.[1] ?? certificate.subject.replaceAll('\n', ', ');
  return `${name} (valid until ${new Date(certificate.validTo).toISOString().slice(0, 10)})`;
}

/** What the first certificate of a text says of itself. */
export function certificateFacts(name: string, text: string): CertificateFacts[] {
  const [own] = certificates(text) ?? [];
  if (!own) return [];
  const { subject, issuer, subjectAltName = '', validFrom, validTo } = own;
  return [
    {
      name,
      subject: subject.replaceAll('\n', ', '),
      issuer: issuer.replaceAll('\n', ', '),
      names: [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, host = '']) => host),
      from: new Date(validFrom).toISOString(),
      until: new Date(validTo).toISOString(),
    },
  ];
}
