/** The fields of each kind of entry, and how they are edited. */
import type { Spec } from './draft.ts';

export const LISTENER: Spec = {
  name: 'text',
  host: 'text',
  port: 'whole',
  kind: 'text',
  tls: 'text',
  certificate: 'text',
  policy: 'text',
  maxSize: 'mib',
  connections: 'whole',
  connectionsPerIp: 'whole',
  proxyFrom: 'lines',
  xclientFrom: 'lines',
  delayedRejection: 'tick',
};

export const CERTIFICATE: Spec = { name: 'text', certificate: 'text', privateKey: 'text' };

export const POLICY: Spec = {
  name: 'text',
  behavior: 'text',
  reply: 'text',
  messagesPerConnection: 'whole',
  recipientsPerMessage: 'whole',
  maxSize: 'mib',
  connections: 'whole',
  recipientsPerHour: 'whole',
  invalidPerHour: 'whole',
  tls: 'text',
  auth: 'text',
  spf: 'tick',
  dkim: 'tick',
  dmarc: 'tick',
  spam: 'tick',
  virus: 'tick',
  journal: 'tick',
};

export const GROUP: Spec = {
  name: 'text',
  comment: 'text',
  policy: 'text',
  listeners: 'many',
  senders: 'lines',
};

export const RULE: Spec = { recipient: 'text', action: 'text', reply: 'text', bypassThrottle: 'tick' };
