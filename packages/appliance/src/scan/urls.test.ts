import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urlsOfHtml, urlsOfText } from './urls.ts';

describe('URLs in text', () => {
  it.each([
    ['See https://a.example/x?y=1&z=2#f.', ['https://a.example/x?y=1&z=2#f']],
    ['(http://a.example/b)', ['http://a.example/b']],
    ['http://a.example/wiki/B_(c)', ['http://a.example/wiki/B_(c)']],
    ['<https://a.example>, "ftp://b.example/"!', ['https://a.example', 'ftp://b.example/']],
    ['www.a.example/b and HTTP://A.EXAMPLE', ['http://www.a.example/b', 'HTTP://A.EXAMPLE']],
    ['twice https://a.example https://a.example', ['https://a.example']],
    ['javascript:alert(1) mailto:a@b file:///etc/passwd http:// https://?', []],
    ['https://bücher.example/ö', ['https://bücher.example/ö']],
    ['http://[2001:db8::1]/x http://192.0.2.1:8080/', ['http://[2001:db8::1]/x', 'http://192.0.2.1:8080/']],
  ])('%j', (text, urls) => {
    expect(urlsOfText(text)).toEqual(urls);
  });
});

describe('URLs in HTML', () => {
  it.each([
    [
      '<a href="https://a.example/?x=1&amp;y=2">https://b.example</a>',
      ['https://a.example/?x=1&y=2', 'https://b.example'],
    ],
    [
      "<img\nsrc = 'http://a.example/p.gif'><form action=http://b.example/f>",
      ['http://a.example/p.gif', 'http://b.example/f'],
    ],
    ['<a href="ht\ntps://a.example/">x</a>', ['https://a.example/']],
    ['<a href="&#104;ttps&colon;//a.example/&#x61;">x</a>', ['https://a.example/a']],
    ['<a href="//a.example/x">x</a><a href="/rel">y</a><a href="#z">z</a>', ['https://a.example/x']],
    ['<a data-href="x"href="https://a.example/">', ['https://a.example/']],
    ['<p>see https://a.ex<b>ample</b>/</p>', ['https://a.ex']],
  ])('%j', (html, urls) => {
    expect(urlsOfHtml(html)).toEqual(urls);
  });
});

it('hostile input takes little time', () => {
  const bombs = [
    '<a href="'.repeat(100_000),
    'http://'.repeat(150_000),
    '<'.repeat(1_000_000),
    '&#'.repeat(500_000),
    ' href='.repeat(150_000),
    ` href${' '.repeat(1_000_000)}`,
    `http://${'.'.repeat(1_000_000)}`,
    ')'.repeat(1_000_000),
    `http://a/${'('.repeat(2000)}${')'.repeat(1_000_000)}`,
  ];
  for (const bomb of bombs) {
    const start = performance.now();
    urlsOfHtml(bomb);
    urlsOfText(bomb);
    expect(performance.now() - start, bomb.slice(0, 12)).toBeLessThan(3000);
  }
});

it('whatever comes in, only absolute and bounded URLs come out, each once', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('http://', 'www.', '<a href="', '">', 'a.example', '&#x68;', '\n'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const found = [...urlsOfHtml(pieces.join('')), ...urlsOfText(pieces.join(''))];
      for (const url of found) {
        expect(url).toMatch(/^(https?|ftp):\/\//i);
        expect(url.length).toBeLessThanOrEqual(2048);
        expect(URL.canParse(url)).toBe(true);
      }
      expect(new Set(urlsOfText(pieces.join(''))).size).toBe(urlsOfText(pieces.join('')).length);
    }),
  );
});
