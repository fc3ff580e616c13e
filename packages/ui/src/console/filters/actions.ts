/** Every kind of action as the form shows it. */
import type { FilterAction } from '@sightline/api';
import type { RowField, RowKind } from './kinds.ts';

const INTO: RowField = { field: 'quarantine', label: 'Quarantine', how: 'quarantine' };
const ADDRESS: RowField = {
  field: 'address',
  label: 'Address',
  how: 'mono',
  placeholder: 'security@example.com',
};

const END = 'Ends the way of the message';
const CHANGE = 'Changes what is delivered';
const TELL = 'Tells somebody';
const WAY = 'Way';

export const ACTIONS: Record<FilterAction['do'], RowKind> = {
  quarantine: { group: END, label: 'Quarantine', fields: [INTO], fresh: { quarantine: 'Policy' } },
  drop: { group: END, label: 'Drop', fields: [], fresh: {} },
  reject: {
    group: END,
    label: 'Reject',
    fields: [{ field: 'text', label: 'Reply to the sender', how: 'text' }],
    fresh: { text: 'The message is not wanted here.' },
  },
  'strip attachments': {
    group: CHANGE,
    label: 'Strip attachments',
    fields: [
      { field: 'name', label: 'Named (* and ? allowed)', how: 'text', placeholder: 'any' },
      { field: 'type', label: 'Of the type', how: 'mono', placeholder: 'any' },
    ],
    fresh: { name: '', type: '' },
  },
  'tag subject': {
    group: CHANGE,
    label: 'Tag the subject',
    fields: [{ field: 'prefix', label: 'In front of it', how: 'text', placeholder: '[EXTERNAL] ' }],
    fresh: { prefix: '' },
  },
  'add header': {
    group: CHANGE,
    label: 'Add a header',
    fields: [
      { field: 'name', label: 'Header', how: 'mono', placeholder: 'X-Checked' },
      { field: 'value', label: 'Value', how: 'text' },
    ],
    fresh: { name: '', value: '' },
  },
  'remove header': {
    group: CHANGE,
    label: 'Remove a header',
    fields: [{ field: 'name', label: 'Header', how: 'mono', placeholder: 'X-Mailer' }],
    fresh: { name: '' },
  },
  'copy to quarantine': {
    group: TELL,
    label: 'Copy to a quarantine',
    fields: [INTO],
    fresh: { quarantine: 'Policy' },
  },
  bcc: { group: TELL, label: 'Send a copy', fields: [ADDRESS], fresh: { address: '' } },
  notify: {
    group: TELL,
    label: 'Notify',
    fields: [ADDRESS, { field: 'text', label: 'Text', how: 'text' }],
    fresh: { address: '', text: '' },
  },
  log: {
    group: TELL,
    label: 'Write into tracking',
    fields: [{ field: 'text', label: 'Text', how: 'text' }],
    fresh: { text: '' },
  },
  route: {
    group: WAY,
    label: 'Deliver to another host',
    fields: [
      { field: 'host', label: 'Host', how: 'mono', placeholder: 'mail.example.com' },
      { field: 'port', label: 'Port', how: 'whole' },
    ],
    fresh: { host: '', port: 25 },
  },
  'skip remaining filters': { group: WAY, label: 'Skip the remaining filters', fields: [], fresh: {} },
};
