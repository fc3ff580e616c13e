/** Every kind of condition as the form shows it. */
import { type Condition, VERDICTS } from '@sightline/api';
import type { RowField, RowKind } from './kinds.ts';

const TEST: RowField = { field: 'op', label: 'Comparison', how: 'test' };
const VALUE: RowField = { field: 'value', label: 'Text', how: 'text' };
const HEADER: RowField = { field: 'name', label: 'Header', how: 'mono', placeholder: 'X-Mailer' };
const COMPARED = { op: 'contains', value: '', not: false };

const text = (group: string, label: string): RowKind => ({
  group,
  label,
  fields: [TEST, VALUE],
  fresh: COMPARED,
});

const size = (group: string, label: string): RowKind => ({
  group,
  label,
  fields: [{ field: 'atLeast', label: 'At least', how: 'bytes' }],
  fresh: { atLeast: 1024 * 1024 },
});

const COMMON = ['pass', 'fail', 'none', 'temperror', 'permerror'];

const results = (label: string, more: string[], fails: string[]): RowKind => ({
  group: 'Sender authentication',
  label,
  fields: [
    {
      field: 'results',
      label: 'Result',
      how: 'many',
      choices: [...COMMON.slice(0, 2), ...more, ...COMMON.slice(2)].map((one) => [one, one]),
    },
  ],
  fresh: { results: fails },
});

export const CONDITIONS: Record<Condition['on'], RowKind> = {
  subject: text('Message', 'Subject'),
  body: text('Message', 'Body'),
  header: {
    group: 'Message',
    label: 'Other header',
    fields: [HEADER, TEST, VALUE],
    fresh: { name: '', ...COMPARED },
  },
  url: text('Message', 'Link'),
  'url host': text('Message', 'Host of a link'),
  'message size': size('Message', 'Message size'),
  sender: text('Envelope', 'Envelope sender'),
  recipient: text('Envelope', 'Envelope recipient'),
  'attachment name': text('Attachments', 'Attachment name'),
  'attachment type': text('Attachments', 'Attachment type'),
  'attachment size': size('Attachments', 'Attachment size'),
  'attachment hash': {
    group: 'Attachments',
    label: 'Attachment SHA-256',
    fields: [{ field: 'sha256', label: 'One of these, one a line', how: 'lines' }],
    fresh: { sha256: [] },
  },
  'remote ip': {
    group: 'Client',
    label: 'IP address',
    fields: [
      { field: 'not', label: 'Comparison', how: 'within' },
      {
        field: 'networks',
        label: 'Addresses and networks, one a line',
        how: 'lines',
        placeholder: '192.0.2.0/24',
      },
    ],
    fresh: { networks: [], not: false },
  },
  'reverse dns': text('Client', 'Reverse DNS'),
  'sender group': text('Client', 'Sender group'),
  spf: results('SPF', ['softfail', 'neutral'], ['fail', 'softfail']),
  dkim: results('DKIM', ['neutral', 'policy'], ['fail']),
  dmarc: results('DMARC', [], ['fail']),
  verdict: {
    group: 'Engines',
    label: 'Verdict',
    fields: [{ field: 'verdicts', label: 'One of', how: 'many', choices: Object.entries(VERDICTS) }],
    fresh: { verdicts: ['spam'] },
  },
};
