import { framed, isSanitised } from '@sightline/api/web/frame';
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { expect, it } from 'vitest';
import { sanitise } from './sanitise.ts';

/** Every element of the result with its attributes, as another reading of it sees them. */
function elements(html: string): [name: string, attributes: Record<string, string>][] {
  const found: [string, Record<string, string>][] = [];
  const parser = new Parser({ onopentag: (name, attributes) => void found.push([name, { ...attributes }]) });
  parser.end(html);
  return found;
}
const OURS = new Set(['image', 'link']);
const harmless = (html: string): boolean =>
  elements(html).every(
    ([name, attributes]) =>
      /^(abbr|address|article|aside|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|i|ins|kbd|li|main|mark|nav|ol|p|pre|q|rp|rt|ruby|s|samp|section|small|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr)$/.test(
        name,
      ) &&
      Object.entries(attributes).every(
        ([key, value]) =>
          ((key === 'colspan' || key === 'rowspan') && /^\d{1,3}$/.test(value)) ||
          (name === 'span' && key === 'class' && OURS.has(value)),
      ),
  );

it.each([
  ['<script>alert(1)</script>x', 'x'],
  ['<style>@import "https://x"</style>x', 'x'],
  ['<p onclick="x()" style="background:url(https://x)">a</p>', '<p>a</p>'],
  ['<a href="javascript:alert(1)">a</a>', 'a <span class="link">[javascript[:]alert(1)]</span>'],
  [
    '<a href="https://x.example/&quot;&gt;<b">a</a>',
    'a <span class="link">[hxxps[:]//x[.]example/&quot;&gt;&lt;b]</span>',
  ],
  ['<img src=x onerror=alert(1) alt="<b>">', '<span class="image">[image: &lt;b&gt;]</span>'],
  ['<svg><script>1</script><a xlink:href="x">t</a></svg>after', 'after'],
  ['<iframe srcdoc="<script>1</script>"></iframe>x', 'x'],
  ['<form action="https://x"><input value="v"><button>go</button></form>x', 'x'],
  ['<table><tr><td colspan="2" rowspan="1;x">a</table>', '<table><tr><td colspan="2">a</td></tr></table>'],
  ['<div><b>open', '<div><b>open</b></div>'],
  ['</p></div>x<base href="https://x">', '<p></p>x'],
  ['<meta http-equiv="refresh" content="0;url=https://x">x', 'x'],
  ['a\u202eb\u0000c', 'a\ufffdb\ufffdc'],
  ['&lt;script&gt;1&lt;/script&gt;', '&lt;script&gt;1&lt;/script&gt;'],
  ['<noscript><p title="</noscript><img src=x onerror=alert(1)>">x', ''],
])('%j becomes %j', (html, safe) => expect(sanitise(html)).toBe(safe));

it('leaves nothing but the allow-list, whatever comes', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '/',
        '=',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '<?',
        '</',
        '&#x3c;',
        '\0',
        '\n',
        '`',
      ],
      ...[
        '<script',
        '<img ',
        'src=',
        'onerror=',
        '<svg>',
        '<math>',
        '<style>',
        '<a href="',
        '<b ',
        '<td colspan=',
      ],
      ...[
        '</script>',
        '</style>',
        '</title>',
        '<title>',
        '<textarea>',
        '<plaintext>',
        '<template>',
        'javascript:',
      ],
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
      const safe = sanitise(parts.join(''));
      expect(harmless(safe), safe).toBe(true);
      expect(isSanitised(safe), safe).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

it('ends in time and within bounds for what is deep or long', () => {
  const start = performance.now();
  const deep = sanitise('<div>'.repeat(200_000));
  const long = sanitise(`<p>${'x'.repeat(100)}</p>`.repeat(40_000));
  expect(deep.length).toBeLessThan(3000);
  expect(long.length).toBeLessThan(1_100_000);
  expect(performance.now() - start).toBeLessThan(5000);
});

it('stands in a page that may load nothing', () => {
  expect(framed('<p>x</p>')).toMatch(/^<!doctype html>.*<body><p>x<\/p><\/body><\/html>$/s);
});
