import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReplies, createStuffing, WireFault } from './wire.ts';

/** Bytes after the way through the client, however they are cut. */
function sent(text: string, size: number): string {
  const stuffing = createStuffing();
  const bytes = Buffer.from(text, 'latin1');
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size)
    out.push(Buffer.from(stuffing.push(bytes.subarray(at, at + size))));
  return Buffer.concat([...out, stuffing.end()]).toString('latin1');
}

/** What a server makes of them (RFC 5321 section 4.5.2). */
const received = (wire: string): string =>
  wire
    .slice(0, -3)
    .split('\r\n')
    .map((line) => line.replace(/^\./, ''))
    .join('\r\n');

const pieces = fc
  .array(
    fc.constantFrom('.', '..', '\r\n', '\n', '\r', 'a', 'Subject: x', '\r\n.\r\n', '\n.\n', '\r.\r', '\0'),
  )
  .map((list) => list.join(''));

describe('message bytes', () => {
  it('that are fine arrive as they were', () => {
    const fine = fc
      .array(fc.constantFrom('', '.', '..', 'a', '.a', 'a.b'))
      .map((lines) => lines.map((l) => `${l}\r\n`).join(''));
    fc.assert(
      fc.property(fine, fc.integer({ min: 1, max: 9 }), (text, size) => {
        expect(received(sent(text, size))).toBe(text);
      }),
    );
  });

  it('never hold a bare CR or LF, and end once', () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 9 }), (text, size) => {
        const wire = sent(text, size);
        expect(wire).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
        expect(`\r\n${wire}`.match(/\r\n\.\r\n/g)).toHaveLength(1);
        expect(`\r\n${wire}`.endsWith('\r\n.\r\n')).toBe(true);
        expect(received(wire)).toBe(whole(text));
      }),
    );
  });
});

/** Every line end made a whole one, the last line ended. */
function whole(text: string): string {
  const lines = text.replace(/\r\n|\r|\n/g, '\r\n');
  return lines === '' || lines.endsWith('\r\n') ? lines : `${lines}\r\n`;
}

describe('replies', () => {
  it('come whole however they are cut', () => {
    const wire = Buffer.from('220-a\r\n220 b\r\n250 ok\n451-4.3.0 x\r\n451 4.3.0 y\r\n354\r\n');
    for (let size = 1; size < 12; size++) {
      const replies = createReplies();
      const found = [];
      for (let at = 0; at < wire.length; at += size)
        found.push(...replies.push(wire.subarray(at, at + size)));
      expect(found.map(({ code, lines }) => `${code} ${lines.length}`)).toEqual([
        '220 2',
        '250 1',
        '451 2',
        '354 1',
      ]);
      expect(replies.pending()).toBe(false);
    }
  });

  it.each([['hello\r\n'], [`250 ${'x'.repeat(9000)}`], ['250-x\r\n'.repeat(300)], ['25 x\r\n']])(
    'that are none end the session',
    (text) => expect(() => createReplies().push(Buffer.from(text))).toThrow(WireFault),
  );
});
