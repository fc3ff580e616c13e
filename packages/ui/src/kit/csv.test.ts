import { expect, it } from 'vitest';
import { csv } from './csv.ts';

it('quotes every cell and lets none begin like a formula; numbers stay numbers', () => {
  expect(
    csv(
      ['a', 'b'],
      [
        ['=HYPERLINK("x")', -5],
        [' \t@x', 'line\nbreak "quoted"'],
        ['plain', 1],
      ],
    ),
  ).toBe(`"a","b"\r\n"'=HYPERLINK(""x"")","-5"\r\n"' \t@x","line\nbreak ""quoted"""\r\n"plain","1"\r\n`);
});
