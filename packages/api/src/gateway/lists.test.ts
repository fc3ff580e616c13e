import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ListAddition, ListKind, listValue } from './lists.ts';

it.each([
  ['sender', ' <Ann@Example.COM> ', 'ann@example.com'],
  ['sender', 'ann[@]example[.]com', 'ann@example.com'],
  ['domain', '@Example.com.', 'example.com'],
  ['domain', 'bücher.example', 'xn--bcher-kva.example'],
  ['network', '192.0.2.7', '192.0.2.7'],
  ['network', '2001:DB8::/32', '2001:db8::/32'],
  ['network', '192[.]0[.]2[.]0/24', '192.0.2.0/24'],
  ['url', 'hxxps://Evil[.]example/Path?a=B', 'https://evil.example/path?a=b'],
  ['url', 'evil.example', 'evil.example'],
  ['sha256', 'A'.repeat(64), 'a'.repeat(64)],
  ['subject', '*Invoice overdue*', '*invoice overdue*'],
  ['attachment', '*.scr?', '*.scr?'],
] as const)('%s %s is kept as %s', (kind, text, kept) => expect(listValue(kind, text)).toBe(kept));

it.each([
  ['sender', 'ann'],
  ['sender', 'a b@example.com'],
  ['domain', 'a b'],
  ['domain', 'http://example.com'],
  ['network', '192.0.2.0/40'],
  ['network', 'example.com'],
  ['url', 'a b'],
  ['url', 'http://'],
  ['sha256', 'abc'],
  ['subject', '*'],
  ['subject', '**??* a'],
  ['attachment', '*.*'],
] as const)('%s %j is none', (kind, text) => expect(listValue(kind, text)).toBeUndefined());

it('what is kept is kept as it is when it comes again', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ListKind.options), fc.string({ maxLength: 80 }), (kind, text) => {
      const kept = listValue(kind, text);
      if (kept !== undefined) expect(listValue(kind, kept)).toBe(kept);
    }),
  );
});

it('a safelist takes only who sends', () => {
  const items = [{ kind: 'url' as const, value: 'evil.example' }];
  expect(ListAddition.safeParse({ list: 'safe', items, reason: 'r' }).success).toBe(false);
  expect(ListAddition.safeParse({ items, reason: 'r' }).success).toBe(true);
  expect(
    ListAddition.safeParse({ items: [{ kind: 'url', value: '' }], reason: 'r' }).error?.issues[0]?.path,
  ).toEqual(['items', 0, 'value']);
});
