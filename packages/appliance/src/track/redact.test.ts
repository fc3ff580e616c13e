import type { TrackEvent } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from './codec.ts';
import { REDACTED, redactor } from './redact.ts';

const of = (url: string): TrackEvent => ({ type: 'url', seq: 1, at: 1, mid: 1, url });
const ann = redactor(['ann.lee@x.com']);

describe('a redaction', () => {
  it.each([
    ['ann.lee@x.com', REDACTED],
    ['ANN.Lee@X.com', REDACTED],
    ['ａｎｎ.lee＠x.com', REDACTED],
    ['<ann.lee@x.com>: User unknown', `<${REDACTED}>: User unknown`],
    ['unknown\nann.lee@x.com.', `unknown\n${REDACTED}.`],
    ['http://y.test/?to=ann.lee%40x.com&a=1', `http://y.test/?to=${REDACTED}&a=1`],
    ['bounce+ann.lee=x.com@list.test', `bounce+${REDACTED}@list.test`],
    ['bounce-7/ann.lee=x.com@list.test', `bounce-7/${REDACTED}@list.test`],
    ['joann.lee@x.com', 'joann.lee@x.com'],
    ['ann.lee@x.com.au', 'ann.lee@x.com.au'],
    ['ann.lee@x.community', 'ann.lee@x.community'],
    ['annxlee@x.com', 'annxlee@x.com'],
  ])('makes %j into %j', (before, after) => expect(ann.event(of(before))).toEqual(of(after)));

  it('reaches every text of an event, and leaves the others as they are', () => {
    const event: TrackEvent = {
      type: 'headers',
      seq: 1,
      at: 1,
      mid: 1,
      subject: 'to ann.lee@x.com',
      messageId: 'ann.lee@x.com',
      headerFrom: ['b@y.test', 'Ann.lee@x.com'],
      replyTo: [],
      parse: 'complete',
    };
    expect(ann.event(event)).toEqual({
      ...event,
      subject: `to ${REDACTED}`,
      messageId: REDACTED,
      headerFrom: ['b@y.test', REDACTED],
    });
    const other = of('http://y.test/');
    expect(ann.event(other)).toBe(other);
  });

  it('may touch every record that it changes, also where a text is stored in another form', () => {
    const accepted: TrackEvent = {
      type: 'accepted',
      seq: 1,
      at: 1,
      mid: 1,
      icid: 1,
      direction: 'incoming',
      sender: 'b@x.com',
      recipients: [],
      ip: '',
      reverseDns: '',
      helo: '',
      senderGroup: '',
      tls: '',
      size: 1,
    };
    const headers = {
      type: 'headers',
      seq: 2,
      at: 1,
      mid: 1,
      subject: '',
      headerFrom: [],
      replyTo: [],
    } as const;
    const id = { ...headers, messageId: 'ann.lee@x.com', parse: 'complete' } as unknown as TrackEvent;
    expect(ann.mayTouch(encodeRecord(1, 1, [accepted, id]))).toBe(true);
    expect(ann.mayTouch(encodeRecord(1, 1, [accepted, of('ａｎｎ.lee＠x.com')]))).toBe(true);
    expect(redactor(['"a\\"b"@x.com']).mayTouch(encodeRecord(1, 1, [of('"a\\"b"@x.com')]))).toBe(true);
    expect(ann.mayTouch(encodeRecord(1, 1, [accepted]))).toBe(false);
  });
});
