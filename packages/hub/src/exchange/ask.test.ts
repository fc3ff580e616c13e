import type { HubFrame } from '@sightline/api';
import { expect, test } from 'vitest';
import { type AskDeps, asking } from './ask.ts';
import type { Line } from './line.ts';

const HEALTH = { version: '0.1.0', uptimeS: 12, queued: 0, indexedUntil: 5 };

const setUp = (given: Partial<AskDeps> = {}) => {
  const sent: HubFrame[] = [];
  let open = true;
  let seq = 0;
  const line: Line = {
    deviceId: 'd',
    orgId: 'o',
    seen: { lastSeen: 1_700_000_000_000, roundTripMs: null, lastError: '', queries: 0 },
    next: () => ({ session: 's', seq: ++seq }),
    send: (frame) => open && sent.push(frame) > 0,
  };
  const results: string[] = [];
  let dropped = 0;
  const questions = asking({
    target: async (orgId, id) => (orgId === 'o' && id === 'd' ? { name: 'esa', lastSeen: null } : undefined),
    enabled: async () => true,
    line: (id) => (id === 'd' ? line : undefined),
    region: 'AMERICAS',
    sign: (order) => JSON.stringify(order),
    clock: () => 1_700_000_000_000,
    asked: (verb, result) => results.push(`${verb} ${result}`),
    dropped: () => {
      dropped += 1;
    },
    ...given,
  });
  const shut = (): void => {
    open = false;
  };
  const nextAsk = async (): Promise<string> => {
    for (;;) {
      const frame = sent.find((one) => one.type === 'ask');
      if (frame?.type === 'ask') return frame.id;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ...questions, line, sent, results, shut, nextAsk, dropped: () => dropped };
};

test('the deadline cancels the question; the late answer and its copy are dropped and counted', async () => {
  const at = setUp();
  const answer = at.ask('o', 'd', { verb: 'health' }, { deadlineMs: 30 });
  await expect(answer).rejects.toMatchObject({
    code: 'device_timeout',
    details: { device: 'esa', seconds: '0.03' },
  });
  const id = await at.nextAsk();
  const order = {
    aud: 'd',
    jti: id,
    session: 's',
    seq: 1,
    exp: 1_700_000_031,
    deadlineMs: 30,
    question: { verb: 'health', body: {} },
  };
  expect(at.sent).toEqual([
    { type: 'ask', id, signed: JSON.stringify(order) },
    { type: 'cancel', id },
  ]);
  expect(at.replied(at.line, { type: 'answer', id, body: HEALTH })).toBe(false);
  expect(at.replied(at.line, { type: 'answer', id, body: HEALTH })).toBe(false);
  expect(at.dropped()).toBe(2);
  expect(at.line.seen.lastError).toContain('did not answer within');
  expect(at.results).toEqual(['health device_timeout']);
});

test('the first answer counts, the second is dropped', async () => {
  const at = setUp();
  const answer = at.ask('o', 'd', { verb: 'health' });
  const id = await at.nextAsk();
  expect(at.replied(at.line, { type: 'answer', id, body: HEALTH })).toBe(true);
  expect(at.replied(at.line, { type: 'answer', id, body: { ...HEALTH, queued: 9 } })).toBe(false);
  expect(await answer).toEqual(HEALTH);
  expect(at.dropped()).toBe(1);
  expect(at.line.seen.roundTripMs).toBeGreaterThanOrEqual(0);
});

test('an answer over another line is not taken', async () => {
  const at = setUp();
  const answer = at.ask('o', 'd', { verb: 'health' }, { deadlineMs: 50 });
  const id = await at.nextAsk();
  expect(at.replied({ ...at.line }, { type: 'answer', id, body: HEALTH })).toBe(false);
  await expect(answer).rejects.toMatchObject({ code: 'device_timeout' });
});

test('an abort cancels with its reason, before or after the question is sent', async () => {
  const at = setUp();
  const stop = new AbortController();
  const answer = at.ask('o', 'd', { verb: 'health' }, { signal: stop.signal });
  await at.nextAsk();
  stop.abort(new Error('left the page'));
  await expect(answer).rejects.toThrow('left the page');
  expect(at.sent.at(-1)).toMatchObject({ type: 'cancel' });
  const length = at.sent.length;
  await expect(at.ask('o', 'd', { verb: 'health' }, { signal: stop.signal })).rejects.toThrow(
    'left the page',
  );
  expect(at.sent).toHaveLength(length);
});

test('the end of the line ends its questions and no others', async () => {
  const at = setUp();
  const answer = at.ask('o', 'd', { verb: 'health' });
  const id = await at.nextAsk();
  at.gone({ ...at.line });
  at.replied(at.line, { type: 'answer', id, body: HEALTH });
  await expect(answer).resolves.toEqual(HEALTH);
  const lost = at.ask('o', 'd', { verb: 'health' });
  await new Promise((resolve) => setTimeout(resolve, 10));
  at.gone(at.line);
  await expect(lost).rejects.toMatchObject({
    code: 'device_offline',
    details: { since: '2023-11-14T22:13:20.000Z' },
  });
});

test('a line that takes no more is offline', async () => {
  const at = setUp();
  at.shut();
  await expect(at.ask('o', 'd', { verb: 'health' })).rejects.toMatchObject({ code: 'device_offline' });
});

test("another organisation's device does not exist", async () => {
  const at = setUp();
  await expect(at.ask('other', 'd', { verb: 'health' })).rejects.toMatchObject({ code: 'not_found' });
});

test('an answer in parts is put together; one that skips, never ends or is no JSON is a fault', async () => {
  const at = setUp();
  const part = (id: string, n: number, text: string, last = false) =>
    at.replied(at.line, { type: 'part', id, n, text, last });
  const whole = at.ask('o', 'd', { verb: 'health' });
  const id = await at.nextAsk();
  const json = JSON.stringify(HEALTH);
  part(id, 0, json.slice(0, 9));
  part(id, 1, json.slice(9, 20));
  part(id, 2, json.slice(20), true);
  await expect(whole).resolves.toEqual(HEALTH);
  const broken: [string, (id: string) => void][] = [
    ['part of its answer is missing', (one) => part(one, 1, json, true)],
    ['not JSON', (one) => part(one, 0, json.slice(0, 9), true)],
    [
      'larger than 16 MiB',
      (one) => {
        for (let n = 0; n < 65; n++) part(one, n, 'x'.repeat(256 * 1024));
      },
    ],
  ];
  for (const [reason, send] of broken) {
    at.sent.length = 0;
    const answer = at.ask('o', 'd', { verb: 'health' });
    send(await at.nextAsk());
    await expect(answer).rejects.toMatchObject({
      code: 'device_fault',
      details: { reason: expect.stringContaining(reason) },
    });
    expect(at.sent.at(-1)).toMatchObject({ type: 'cancel' });
  }
});
