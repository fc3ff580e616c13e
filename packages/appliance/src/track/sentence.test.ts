import type { TrackEvent } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { foldDetails } from './fold.ts';

const SOURCE = { host: 'esa.example.com', serial: 'S' };
const opened = {
  type: 'accepted',
  seq: 1,
  at: 1000,
  mid: 8,
  icid: 5,
  direction: 'incoming',
  sender: 'a@example.com',
  recipients: [
    { rid: 0, address: 'x@example.org' },
    { rid: 1, address: 'y@example.org' },
  ],
  ip: '192.0.2.1',
  reverseDns: '',
  helo: 'mx',
  senderGroup: 'UNKNOWNLIST',
  tls: '',
  size: 100,
} as const satisfies TrackEvent;
const then = (...events: object[]) =>
  foldDetails(SOURCE, [
    opened,
    ...events.map((e, i) => ({ seq: i + 2, at: 2000 + i, mid: 8, ...e })),
  ] as never);
const reply = { code: 550, status: '5.1.1', text: 'No such user' };

describe('what the details say', () => {
  it('names a connection that was refused, without a message', () => {
    const refused = { code: 554, status: '5.7.1', text: 'Go\r\naway' };
    const start: TrackEvent = { ...opened, stage: 'connect', recipients: [], sender: '', size: 0 };
    const rejected = { type: 'rejected', seq: 2, at: 1001, mid: 8, stage: 'connect', by: 'BLOCKED' } as const;
    const details = foldDetails(SOURCE, [start, { ...rejected, reply: refused }]);
    expect(details?.row.state).toBe('rejected');
    expect(details?.row.lastState).toBe("Incoming connection rejected by BLOCKED: '554 5.7.1 Go away'");
    expect(details?.steps.map((s) => s.text).join('\n')).not.toContain('message 8');
  });

  it('keeps the others when one recipient is refused', () => {
    const details = then(
      { type: 'rejected', at: 900, stage: 'rcpt', by: 'RAT', reply, rid: 1 },
      { type: 'queued' },
    );
    expect(details?.row.recipients.map((r) => r.state)).toEqual(['queued', 'rejected']);
    expect(details?.row.state).toBe('queued');
    expect(details?.row.recipients[1]?.text).toBe(
      "Message 8 to y@example.org rejected by RAT: '550 5.1.1 No such user'",
    );
  });

  it('tells of policies, authentication, holds and related messages', () => {
    const details = then(
      {
        type: 'authentication',
        authentication: {
          spf: { result: 'pass', domain: 'example.com' },
          dkim: [{ result: 'fail', domain: 'example.com', selector: 's1' }],
          dmarc: { result: 'pass', domain: 'example.com', policy: 'reject' },
          arc: { result: 'none', instance: 0 },
        },
      },
      { type: 'policy', policy: 'Board', actions: ['tag subject "[x]"'], why: ['spam suspect'] },
      { type: 'related', from: 8, into: 9, relation: 'splintered' },
      { type: 'held', actor: 'admin', reason: 'look' },
    );
    expect(details?.row).toMatchObject({
      policies: ['Board'],
      related: [{ mid: 9, relation: 'splintered' }],
      state: 'held',
      lastState: 'Message 8 put on hold by admin (look).',
    });
    expect(details?.steps.slice(-4).map((s) => s.text)).toEqual([
      'Message 8 SPF: pass example.com. DKIM: fail example.com. DMARC: pass example.com. ARC: none.',
      'Message 8 matched per-recipient policy Board. Actions: tag subject "[x]". Reason: spam suspect.',
      'Message 8 split for another policy of its recipients: message 9.',
      'Message 8 put on hold by admin (look).',
    ]);
    expect(
      then({ type: 'held', actor: 'a', reason: '' }, { type: 'resumed', actor: 'a', reason: '' })?.row.state,
    ).toBe('queued');
    const retried = then({ type: 'retried', actor: 'admin', reason: 'mailbox has room' });
    expect(retried?.steps.at(-1)?.text).toBe(
      'Message 8 tried again before its time by admin (mailbox has room).',
    );
    expect(retried?.row.state).toBe(then()?.row.state);
  });

  it('names files inside other files', () => {
    const file = { name: 'evil.exe', type: 'application/octet-stream', size: 9, sha256: '', parent: 'a.zip' };
    expect(then({ type: 'attachment', attachment: file })?.row.lastState).toBe(
      "Message 8 contains attachment 'evil.exe' in 'a.zip'.",
    );
  });
});
