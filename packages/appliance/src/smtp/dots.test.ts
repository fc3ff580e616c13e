import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDots } from './dots.ts';

/** What smtp-server makes of it, and the end that it looks for. */
function read(stream: string): string {
  const whole = `\r\n${stream}`;
  const end = whole.indexOf('\r\n.\r\n');
  return (
    whole
      .slice(0, end + 2)
      .replaceAll('\r\n..', '\r\n.')
      .slice(2) + whole.slice(end + 5)
  );
}
/** RFC 5321, 4.5.2. */
function model(stream: string): string {
  const whole = `\r\n${stream}`;
  const end = whole.indexOf('\r\n.\r\n');
  return (
    whole
      .slice(0, end + 2)
      .replaceAll('\r\n.', '\r\n')
      .slice(2) + whole.slice(end + 5)
  );
}
const piece = fc.constantFrom('\r\n', '.', '..', 'a', '\r\n.', '\r\n.a', '\r\n..', '.\r\n');

it('leaves to the parser what the standard means, and what follows the end as it is, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.array(piece, { maxLength: 4 }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      (pieces, more, cuts) => {
        const stream = `${pieces.join('')}\r\n.\r\n${more.join('')}`;
        const dots = createDots();
        let out = '';
        let at = 0;
        // The end has to come whole: what follows it in a later chunk is no longer data.
        const end = `\r\n${stream}`.indexOf('\r\n.\r\n') + 3;
        for (const cut of [...cuts].sort((a, b) => a - b).filter((c) => c <= end)) {
          out += dots.push(Buffer.from(stream.slice(at, cut))).toString();
          at = Math.max(at, cut);
        }
        out += dots.push(Buffer.from(stream.slice(at))).toString();
        expect(read(out)).toBe(model(stream));
      },
    ),
    { numRuns: 2000 },
  );
});
