/** What the certificates of the configuration say of themselves. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';

export const CertificateFacts = z.object({
  /** In the configuration. */
  name: z.string(),
  subject: z.string(),
  issuer: z.string(),
  /** Hosts that it is for. */
  names: z.array(z.string()),
  from: z.iso.datetime(),
  until: z.iso.datetime(),
});
export type CertificateFacts = z.infer<typeof CertificateFacts>;

export const listCertificates = endpoint({
  method: 'GET',
  path: '/api/certificates',
  summary:
    'Certificates of the candidate of the caller, or of the live configuration: for whom and until when',
  tag: 'configuration',
  permission: 'config:read',
  answer: z.object({ certificates: z.array(CertificateFacts) }),
});
