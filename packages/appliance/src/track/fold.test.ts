import type { TrackEvent } from '@sightline/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { someEvents } from './arbitrary.ts';
import { mail } from './conformance.ts';
import { foldDetails, foldRow } from './fold.ts';

const source = { host: 'mail.test', serial: '1-2' };
const START = 1_700_000_000_000;
const base = mail(8, START);
const accepted = base.slice(0, 1);
const reply = { code: 451, status: '4.2.1', text: 'busy' };

describe('foldRow', () => {
  it('knows nothing before the message was accepted', () => {
    expect(foldRow(source, base.slice(1))).toBeUndefined();
  });

  it('does not depend on the order or the number of arrivals', () => {
    fc.assert(
      fc.property(someEvents(1), fc.array(fc.nat(9), { maxLength: 9 }), (events, again) => {
        const more = [...events.toReversed(), ...again.flatMap((i) => events[i] ?? [])];
        expect(foldDetails(source, more)).toEqual(foldDetails(source, events));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the outcome of each recipient apart', () => {
    const two = accepted.map(
      (e) => ({ ...e, recipients: [r(0, 'a@x.test'), r(1, 'b@x.test')] }) as TrackEvent,
    );
    const events: TrackEvent[] = [
      ...two,
      { type: 'queued', seq: 1001, at: START + 1, mid: 8 },
      { type: 'deferred', seq: 1002, at: START + 2, mid: 8, dcid: 1, rid: 1, reply, retryAt: START + 9 },
      {
        type: 'delivered',
        seq: 1003,
        at: START + 3,
        mid: 8,
        dcid: 2,
        rid: 0,
        reply: { ...reply, code: 250 },
      },
      { type: 'bounced', seq: 1004, at: START + 4, mid: 8, dcid: 3, rid: 1, reply: { ...reply, code: 550 } },
      { type: 'finished', seq: 1005, at: START + 5, mid: 8 },
    ];
    const row = foldRow(source, events);
    expect(row?.recipients.map((to) => [to.address, to.state])).toEqual([
      ['a@x.test', 'delivered'],
      ['b@x.test', 'bounced'],
    ]);
    expect([row?.state, row?.dcids]).toEqual(['bounced', [1, 2, 3]]);
    expect(row?.lastState).toBe(
      "(DCID 3) Message 8 to b@x.test bounced by destination server. Reason: 4.2.1 - Mailbox disabled, not accepting messages ('550', ['busy'])",
    );
  });
});

describe('foldDetails', () => {
  it("tells a delivered message's life in AsyncOS's words", () => {
    expect(foldDetails(source, base)?.steps.map((s) => s.text)).toEqual([
      'Protocol SMTP interface IncomingMail on incoming connection (ICID 18) from sender IP 192.0.2.7. Reverse DNS host mx.sender.test verified yes.',
      'Incoming connection (ICID 18) has sender_group: UNKNOWNLIST, sender_ip: 192.0.2.7 and sbrs: None',
      'Incoming connection (ICID 18) TLS success protocol TLSv1.3 TLS_AES_256_GCM_SHA384.',
      'Start message 8 on incoming connection (ICID 18).',
      'Message 8 enqueued on incoming connection (ICID 18) from ann@sender.test.',
      'Message 8 on incoming connection (ICID 18) added recipient (to8@here.test).',
      'Message 8 (1000 bytes) from ann@sender.test ready.',
      "Message 8 contains message ID header '<id8@sender.test>'.",
      'Message 8 original subject on injection: Test test',
      `Message 8 contains attachment 'a.pdf' (SHA256 ${'f'.repeat(64)}).`,
      'Message 8 URL: http://link.test/x',
      'Message 8 scanned by engine antivirus. Final verdict: CLEAN',
      'Message 8 queued for delivery.',
      'SMTP delivery connection (DCID 8) opened to 203.0.113.9 (mx.here.test) on port 25.',
      'Delivery (DCID 8) started for message 8 to to8@here.test.',
      "Message 8 to to8@here.test received remote SMTP response '2.0.0 ok:  Message 8 accepted'.",
      'Message 8 finished.',
    ]);
  });

  it('shows strings from outside on one line', () => {
    const events = base.map((e) => (e.type === 'headers' ? { ...e, subject: 'a\r\nb\u202ec\u2028d' } : e));
    const step = foldDetails(source, events)?.steps.find((s) => s.text.includes('subject'));
    expect(step?.text).toBe('Message 8 original subject on injection: a b c d');
  });
});

const r = (rid: number, address: string) => ({ rid, address });
