import type { HubFrame } from '@sightline/api';
import { expect, test } from 'vitest';
import { type AskDeps, asking } from './ask.ts';
import type { Line } from './line.ts';

const HEALTH = { version: '0.1.0', uptimeS: 12, queued: 0, indexedUntil: 5 };

const setUp = (given: Partial<AskDeps> = {}) => {
  const sent: HubFrame[] = [];
  let open = true;
  const line: Line = {
    deviceId: 'd',
    orgId: 'o',
    seen: { lastSeen: 1_700_000_000_000, roundTripMs: null, lastError: '' },
    send: (frame) => open && sent.push(frame) > 0,
  };
  const results: string[] = [];
  let dropped = 0;
  const questions = asking({
    target: async (orgId, id) => (orgId === 'o' && id === 'd' ? { name: 'esa', lastSeen: null } : undefined),
    enabled: async () => true,
    line: (id) => (id === 'd' ? line : undefined),
    region: 'AMERICAS',
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
  expect(at.sent).toEqual([
    { type: 'ask', id, deadlineMs: 30, question: { verb: 'health', body: {} } },
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
