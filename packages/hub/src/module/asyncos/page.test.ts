import { describe, expect, it } from 'vitest';
import { messageUrl, messageUrlProblems } from './page.ts';

const url = 'https://sma.example:6443';
const row = { mid: 8, host: 'esa 1&x', serial: '42AB-CD' };
const form = 'https://sma.example/tracking?mid={mid}&host={host}#{serial}';

describe('the address of a message', () => {
  it('is that of the settings with the message in it, inert', () => {
    expect(messageUrl({ url, 'message-url': form }, row)).toBe(
      'https://sma.example/tracking?mid=8&host=esa%201%26x#42AB-CD',
    );
    expect(messageUrl({ url }, row)).toBe('https://sma.example/');
    expect(messageUrlProblems({ 'message-url': form })).toEqual([]);
    expect(messageUrlProblems({})).toEqual([]);
  });

  it.each(['javascript:{mid}', 'https://{host}/{mid}', '/tracking/{mid}', 'https://sma.example/tracking'])(
    'is refused: %s',
    (wrong) =>
      expect(messageUrlProblems({ 'message-url': wrong })).toMatchObject([{ path: expect.any(String) }]),
  );
});
