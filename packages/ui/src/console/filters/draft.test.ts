import { Condition, ContentFilter, FilterAction } from '@sightline/api';
import { expect, it } from 'vitest';
import { ACTIONS } from './actions.ts';
import { CONDITIONS } from './conditions.ts';
import { asKind, filterDraft, filterOf, NEW, withRow } from './draft.ts';

/** Of every kind, with everything filled in. */
const whole = ContentFilter.parse({
  name: 'all kinds',
  conditions: [
    { on: 'subject', op: 'begins with', value: ' Re: ', not: true },
    { on: 'body', op: 'exists' },
    { on: 'header', name: 'X-Mailer', op: 'matches', value: '^Bulk' },
    { on: 'sender', value: 'a' },
    { on: 'recipient', value: 'a' },
    { on: 'attachment name', op: 'ends with', value: '.iso' },
    { on: 'attachment type', value: 'application/pdf' },
    { on: 'attachment size', atLeast: 1500 },
    { on: 'attachment hash', sha256: ['a'.repeat(64), 'b'.repeat(64)] },
    { on: 'url', value: 'a' },
    { on: 'url host', value: 'a' },
    { on: 'message size', atLeast: 3 * 1024 * 1024 },
    { on: 'remote ip', networks: ['10.0.0.0/8', '192.0.2.1'], not: true },
    { on: 'reverse dns', value: 'a' },
    { on: 'sender group', value: 'a' },
    { on: 'spf', results: ['fail', 'a new word'] },
    { on: 'dkim', results: ['none'] },
    { on: 'dmarc', results: ['fail'] },
    { on: 'verdict', verdicts: ['spam', 'virus'] },
  ],
  actions: [
    { do: 'quarantine', quarantine: 'Policy' },
    { do: 'copy to quarantine', quarantine: 'Virus' },
    { do: 'drop' },
    { do: 'reject', text: 'No.' },
    { do: 'strip attachments', name: '*.exe' },
    { do: 'add header', name: 'X-A', value: 'b c' },
    { do: 'remove header', name: 'X-A' },
    { do: 'tag subject', prefix: '[EXT] ' },
    { do: 'bcc', address: 'a@b.test' },
    { do: 'notify', address: 'a@b.test', text: 'look' },
    { do: 'route', host: 'a.test', port: 2525 },
    { do: 'log', text: 'seen' },
    { do: 'skip remaining filters' },
  ],
});

it('knows every kind of the configuration', () => {
  const on = Condition.options.map(({ shape }) => shape.on.value);
  const does = FilterAction.options.map(({ shape }) => shape.do.value);
  expect(Object.keys(CONDITIONS).sort()).toEqual([...on].sort());
  expect(Object.keys(ACTIONS).sort()).toEqual([...does].sort());
  expect(whole.conditions.map((one) => one.on).sort()).toEqual([...on].sort());
  expect(whole.actions.map((one) => one.do).sort()).toEqual([...does].sort());
});

it('a filter comes back from its draft, to the last space', () => {
  expect(filterOf(filterDraft(whole))).toEqual({ filter: whole });
});

it('says what is wrong at the field it is about', () => {
  const draft = filterDraft({
    ...whole,
    name: '',
    conditions: [
      { on: 'attachment hash', sha256: ['abc'] },
      { on: 'spf', results: [] },
      { on: 'remote ip', networks: [], not: false },
      { on: 'header', name: 'X Mailer', op: 'contains', value: '', not: false },
    ],
    actions: [
      { do: 'bcc', address: 'nobody' },
      { do: 'tag subject', prefix: '' },
      { do: 'route', host: '', port: 99_999 },
    ],
  });
  draft.conditions = withRow('conditions', draft.conditions);
  const [row] = draft.conditions.slice(-1).map((one) => asKind('conditions', one, 'message size'));
  if (!row) throw new Error('there is no row');
  draft.conditions = draft.conditions.with(-1, { ...row, values: { ...row.values, atLeast: 'much MiB' } });
  expect(filterOf(draft)).toEqual({
    problems: {
      name: expect.stringMatching(/^Enter a name/),
      'conditions.0.sha256': 'abc: A SHA-256 has 64 hexadecimal digits.',
      'conditions.1.results': 'At least one is needed.',
      'conditions.2.networks': 'At least one is needed.',
      'conditions.3.name': 'Enter the name of a header, without the colon.',
      'conditions.4.atLeast': 'Enter a number.',
      'actions.0.address': 'Enter an address such as security@example.com.',
      'actions.1.prefix': 'Enter something.',
      'actions.2.host': 'Enter something.',
      'actions.2.port': 'Enter at most 65535',
    },
  });
});

it('wants an action, but no condition', () => {
  const draft = { ...filterDraft({ ...NEW, name: 'x' }), conditions: [] };
  expect(filterOf(draft)).toMatchObject({ filter: { conditions: [] } });
  expect(filterOf({ ...draft, actions: [] })).toEqual({
    problems: { actions: 'Choose what the filter does.' },
  });
});

it('another kind keeps what both have, and nothing else', () => {
  const [row] = filterDraft(whole).conditions;
  if (!row) throw new Error('there is no row');
  const sender = asKind('conditions', row, 'sender');
  expect(sender).toEqual({ ...row, kind: 'sender', values: { ...row.values, on: 'sender' } });
  expect(asKind('conditions', row, 'remote ip').values).toEqual({
    on: 'remote ip',
    networks: '',
    not: false,
  });
  const spf = asKind('conditions', row, 'spf');
  expect(asKind('conditions', spf, 'dmarc').values.results).toEqual(['fail']);
});

it('each row has an id of its own', () => {
  const rows = withRow('actions', withRow('actions', filterDraft(whole).actions).toSpliced(0, 3));
  expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
});
