import { type Action, MAILBOX_ACTIONS, type MailboxResult } from '@sightline/api';
import { expect, it } from 'vitest';
import { chosenOf, fold, isFound, NOTHING, ranked, summed, tasksOf } from './sweep.ts';

const action = (id: string, module: string, messageId: string): Action => ({
  id,
  title: id,
  description: '',
  url: `https://hub.example/t/${id}?observable_type=email_messageid&observable_value=${encodeURIComponent(messageId)}`,
  module,
  module_instance_id: module,
  module_type_id: 'type',
});
const three = (module: string, messageId: string): Action[] =>
  [MAILBOX_ACTIONS.find, MAILBOX_ACTIONS.move, MAILBOX_ACTIONS.delete].map((id) =>
    action(id, module, messageId),
  );
const result = (address: string, state: MailboxResult['state']): MailboxResult => ({
  addresses: [address],
  state,
  text: '',
  copies: [],
});

it('puts offers together by message and server, and leaves other actions out', () => {
  const tasks = tasksOf(
    [...three('a', '1@x'), ...three('b', '1@x'), action('email-block-sender', 'a', '1@x')],
    ['ann@x'],
  );
  expect(tasks.map(({ name, messageId }) => [name, messageId])).toEqual([
    ['a', '1@x'],
    ['b', '1@x'],
  ]);
  expect(tasks[0]?.offers.delete?.id).toBe(MAILBOX_ACTIONS.delete);
  expect(tasks[0]?.recipients).toEqual(['ann@x']);
});

it('folds the lines of several actions into rows, each in its place', () => {
  const tasks = tasksOf([...three('a', '1@x'), ...three('a', '2@x')]);
  const lines = [
    [0, { type: 'start', id: 'id-1' }],
    [0, { type: 'mailboxes', mailboxes: [['ann@x'], ['bob@x', 'bob+1@x']] }],
    [1, { type: 'mailboxes', mailboxes: [['ann@x']] }],
    [1, { type: 'mailbox', mailbox: result('ann@x', 'found') }],
    [0, { type: 'mailbox', mailbox: result('ann@x', 'absent') }],
  ] as const;
  const sweep = lines.reduce((now, [task, line]) => fold(now, task, line as never), NOTHING);
  expect(sweep.rows.map(({ task, addresses, result: one }) => [task, addresses[0], one?.state])).toEqual([
    [0, 'ann@x', 'absent'],
    [0, 'bob@x', undefined],
    [1, 'ann@x', 'found'],
  ]);
  expect(summed(sweep.rows)).toBe('1 found · 1 not there');
  expect(chosenOf(tasks, sweep.rows.filter(isFound))).toEqual([{ task: 1, recipients: ['ann@x'] }]);
});

it('shows what went wrong before what was found, and that before what was not there', () => {
  const states = ['absent', 'found', 'timeout', 'found', 'refused'] as const;
  const rows = states.map((state, i) => ({
    key: String(i),
    task: 0,
    addresses: [`${i}@x`],
    result: result(`${i}@x`, state),
  }));
  expect(ranked(rows).map(({ key }) => key)).toEqual(['2', '4', '1', '3', '0']);
});
