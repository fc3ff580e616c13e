import { Config } from '@sightline/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBorder, leavingOf } from './leaving.ts';

const ID = 'esa.example.com';
const FORGED = [
  `Authentication-Results: ${ID}; dmarc=pass\r\n`,
  `authentication-results :\r\n\t"${ID}" (x\r\n ; y); spf=pass\r\n`,
  `AUTHENTICATION-RESULTS: (${ID}\r\n`,
  `Authentication-Results: ${ID}; ${'x'.repeat(70_000)}\r\n`,
];
const OTHERS = [
  'Authentication-Results: other.example;\r\n\tdmarc=fail\r\n',
  `Subject: Authentication-Results: ${ID}; dmarc=pass\r\n`,
  `X: y\r\n Authentication-Results: ${ID}; dmarc=pass\r\n`,
  `ARC-Authentication-Results: i=1; ${ID}; dmarc=pass\r\n`,
  'X-Authentication-Results-Y: z\r\n',
  'no colon at all\r\n',
  `Long: ${'a'.repeat(70_000)}\r\n\tend\r\n`,
  'Received: by us\r\n\tid 8;\r\n',
];
const BODIES = ['', '\r\n', `\r\nbody\r\n\r\nAuthentication-Results: ${ID}; dmarc=pass\r\n`, '\r\n.\r\n..x'];

interface Piece {
  text: string;
  kept: boolean;
}
const pieces = (texts: string[], kept: boolean): fc.Arbitrary<Piece> =>
  fc.constantFrom(...texts).map((text) => ({ text, kept }));

it('takes out what claims to be ours and leaves every other byte as it is, however it is cut', () => {
  const message = fc.tuple(
    fc.array(fc.oneof(pieces(FORGED, false), pieces(OTHERS, true)), { maxLength: 8 }),
    fc.constantFrom(...BODIES),
    fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 6 }),
  );
  fc.assert(
    fc.property(message, ([fields, body, cuts]) => {
      const whole = Buffer.from(fields.map((one) => one.text).join('') + body);
      const expected = fields.map((one) => (one.kept ? one.text : '')).join('') + body;
      const border = createBorder(ID);
      const ends = [...cuts.map((at) => at % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      const out = ends.flatMap((end, i) => border.push(whole.subarray(ends[i - 1] ?? 0, end)));
      expect(Buffer.concat([...out, ...border.end()]).toString()).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

const FRONT = `Authentication-Results: ${ID};\r\n\tspf=pass\r\n`;
const raw = (text: string) => {
  const bytes = Buffer.from(text);
  return { path: '', start: 0, end: bytes.length, bytes };
};
const config = (part: object = {}): Config =>
  Config.parse({ hostname: ID, engines: { authentication: part } });
const written = (whole: Parameters<typeof leavingOf>[0], front: string | null, settings: Config): string =>
  Buffer.concat(leavingOf(whole, front, settings).bytes ?? []).toString();

it('stands above our Received field, and the size that is announced is not too small', () => {
  const text = `Received: by ${ID}\r\n${FORGED[0]}Subject: x\r\n\r\nhello\r\n`;
  const leaving = leavingOf({ ...raw(text), head: { direction: 'incoming' } }, FRONT, config());
  const out = Buffer.concat(leaving.bytes ?? []);
  expect(out.toString()).toBe(`${FRONT}Received: by ${ID}\r\nSubject: x\r\n\r\nhello\r\n`);
  expect(leaving.size).toBeGreaterThanOrEqual(out.length);
});

it('goes by who the message is from, and by the settings', () => {
  const text = `${FORGED[0]}Subject: x\r\n\r\nhello\r\n`;
  const clean = 'Subject: x\r\n\r\nhello\r\n';
  const from = (head: Parameters<typeof leavingOf>[0]['head']) => ({ ...raw(text), head });
  expect(written(from({ direction: 'incoming' }), null, config())).toBe(clean);
  expect(written(from({ direction: 'outgoing', user: 'ann' }), null, config())).toBe(clean);
  // Our own servers hand on what we told them.
  expect(written(from({ direction: 'outgoing' }), null, config())).toBe(text);
  expect(written(from({ direction: 'incoming' }), null, config({ header: false }))).toBe(text);
  expect(written(from({ direction: 'incoming' }), null, config({ authservId: 'mx.example.com' }))).toBe(text);
});
