import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defang, inspect, normalise, type Observable, observablesOf } from './index.ts';

const show = (text: string): string[] => observablesOf(inspect(text)).map((o) => `${o.type} ${o.value}`);
const unsure = (text: string): string[] =>
  inspect(text)
    .filter((f) => f.confidence === 'ambiguous')
    .map((f) => `${f.type} ${f.value}`);
const SHA256 = '4aa2c7d9b5a0f4d7b6e1c2a3f4958671203b4c5d6e7f8091a2b3c4d5e6f7e650';

describe('defanged forms', () => {
  it.each([
    ['evil[.]example.com'],
    ['evil(.)example(.)com'],
    ['evil{.}example{.}com'],
    ['evil<.>example<.>com'],
    ['evil[dot]example[dot]com'],
    ['evil(dot)example(DOT)com'],
    ['evil{dot}example.com'],
    ['evil[DOT]example[DOT]com'],
    ['evil[.example[.com'],
    ['evil.]example.]com'],
    ['evil[[.]]example[[.]]com'],
    ['evil\\.example\\.com'],
    ['evil\uFF0Eexample\uFF0Ecom'],
    ['evil\u3002example\u3002com'],
    ['evil dot example dot com'],
    ['evil . example . com'],
    ['evil [.] example [.] com'],
    ['evil\u200B.exam\u00ADple.\uFEFFcom'],
    ['evil&#46;example&period;com'],
    ['**evil.example.com**'],
    ['"evil.example.com"'],
    ['`evil.example.com`'],
    ['(evil.example.com).'],
    ['[evil.example.com]'],
    ['|evil.example.com|'],
    ["evil.example.com's"],
    ['EVIL.Example.com.'],
    ['*.evil.example.com'],
    ['evil.example.com:8443'],
  ])('%s', (text) => expect(show(text)).toEqual(['domain evil.example.com']));

  it.each([
    ['http://evil.com/a'],
    ['hxxp://evil.com/a'],
    ['hXXp://evil.com/a'],
    ['h**p://evil.com/a'],
    ['htxp://evil.com/a'],
    ['hxtp://evil.com/a'],
    ['HTTP://EVIL.com/a'],
    ['http[:]//evil.com/a'],
    ['http[://]evil.com/a'],
    ['http[:]//evil[.]com[/]a'],
    ['http:\\\\evil.com\\a'],
    ['meow://evil.com/a'],
    ['hxxp://evil,com/a'],
    ['<http://evil.com/a>'],
    ['[link](http://evil.com/a)'],
    ['[http://evil.com/a](http://evil.com/a)'],
    ["href='http://evil.com/a'+x"],
    ['http://evil.com/a`'],
    ['http://evil.com/a++'],
    ['http://evil.com/a).'],
    ['url=http://evil.com/a,'],
    ['`+http://evil.com/a+`'],
    ['_http://evil.com/a_'],
    ['[url]http://evil.com/a[/url]'],
    ['http://evil.com/a[read this]'],
  ])('%s', (text) => expect(show(text)).toEqual(['url http://evil.com/a', 'domain evil.com']));

  it.each([
    ['joe[@]evil.com'],
    ['joe(@)evil.com'],
    ['joe[at]evil[.]com'],
    ['joe(at)evil(dot)com'],
    ['joe {at} evil {dot} com'],
    ['joe at evil dot com'],
    ['joe\uFF20evil.com'],
    ['<joe@evil.com>'],
    ['mailto:joe@evil.com?subject=x'],
    ['to=joe@evil.com;'],
    ['From:joe@evil.com'],
  ])('%s', (text) => expect(show(text)).toEqual(['email joe@evil.com']));

  it.each([
    ['2001[:]db8[:][:]1', 'ipv6 2001:db8::1'],
    ['2001:0DB8:0:0:0:0:0:1', 'ipv6 2001:db8::1'],
    ['[2001:db8::1]:443', 'ipv6 2001:db8::1'],
    ['2001:db8::1/128', 'ipv6 2001:db8::1'],
    ['fe80::1%eth0', 'ipv6 fe80::1'],
    ['::ffff:192.0.2.1', 'ipv6 ::ffff:192.0.2.1'],
    ['2001:db8:0:0:1:0:0:1', 'ipv6 2001:db8::1:0:0:1'],
    ['198[.]51[.]100[.]7', 'ip 198.51.100.7'],
    ['198.51.100.7:8080', 'ip 198.51.100.7'],
    ['198.51.100.7/32', 'ip 198.51.100.7'],
    ['src=198.51.100.7', 'ip 198.51.100.7'],
    ['|198.51.100.7|x', 'ip 198.51.100.7'],
    ['version 198.51.100[.]7', 'ip 198.51.100.7'],
    ['AA-BB-CC-00-11-22', 'mac_address aa:bb:cc:00:11:22'],
    ['aabb.cc00.1122', 'mac_address aa:bb:cc:00:11:22'],
    ['aa:bb:cc:00:11:22', 'mac_address aa:bb:cc:00:11:22'],
    ['пример.рф', 'domain xn--e1afmkfd.xn--p1ai'],
    ['访问evil.com查看', 'domain evil.com'],
    ['expyuzz4wqqyqhjn.onion', 'domain expyuzz4wqqyqhjn.onion'],
    ['hidden.i2p', 'domain hidden.i2p'],
    ['_dmarc.evil.com', 'domain _dmarc.evil.com'],
    ['foo.web.app', 'domain foo.web.app'],
    ['evil[.]zip', 'domain evil.zip'],
    ['GitHub.com', 'domain github.com'],
    [`SHA256:${SHA256.toUpperCase()}`, `sha256 ${SHA256}`],
    [`sha1=${SHA256.slice(0, 40)};`, `sha1 ${SHA256.slice(0, 40)}`],
    [SHA256.slice(0, 32), `md5 ${SHA256.slice(0, 32)}`],
    ['invoice.pdf.exe', 'file_name invoice.pdf.exe'],
    ['Rechnung_März.docm', 'file_name Rechnung_März.docm'],
    ['C:\\Program Files\\x\\evil.exe was run', 'file_path C:\\Program Files\\x\\evil.exe'],
    ['`C:\\Program Files\\VMware Tools\\`', 'file_path C:\\Program Files\\VMware Tools'],
    ['\\\\srv\\share\\x.dll, then', 'file_path \\\\srv\\share\\x.dll'],
    ['<20200513.abc@mail.evil.com>', 'email_messageid 20200513.abc@mail.evil.com'],
    ['Message-ID: <a.b@localhost>', 'email_messageid a.b@localhost'],
    ["o'brien@evil.com", "email o'brien@evil.com"],
    ['user+tag@evil.com', 'email user+tag@evil.com'],
  ])('%s', (text, expected) => expect(show(text)).toEqual([expected]));
});

describe('links', () => {
  it.each([
    ['http://[2001:db8::1]:80/x', ['url http://[2001:db8::1]:80/x', 'ipv6 2001:db8::1']],
    ['http://0x7f.1/', ['url http://0x7f.1/', 'ip 127.0.0.1']],
    ['https://+:443/x/', ['url https://+:443/x/']],
    ['http://*:80/', ['url http://*:80/']],
    ['http://user:pw@evil.com/', ['url http://user:pw@evil.com/', 'domain evil.com']],
    ['http://пример.рф/a', ['url http://xn--e1afmkfd.xn--p1ai/a', 'domain xn--e1afmkfd.xn--p1ai']],
    ['http://evil.com/a_(b)', ['url http://evil.com/a_(b)', 'domain evil.com']],
    ['http://evil.com/a,b;c?d=1,2', ['url http://evil.com/a,b;c?d=1,2', 'domain evil.com']],
    ['http://a.com,b.com', ['url http://a.com', 'domain a.com', 'domain b.com']],
    [
      'http://a.com,http://b.comhttp://c.com',
      [
        'url http://a.com',
        'domain a.com',
        'url http://b.com',
        'domain b.com',
        'url http://c.com',
        'domain c.com',
      ],
    ],
    ['http://evil.com/?a[]=1', ['url http://evil.com/?a[]=1', 'domain evil.com']],
    ['http://intranet/x', ['url http://intranet/x']],
    ['http://evil.com/?a=1&amp;b=2', ['url http://evil.com/?a=1&b=2', 'domain evil.com']],
    ['evil.com/path', ['domain evil.com']],
  ])('%s', (text, expected) => expect(show(text)).toEqual(expected));

  it('keeps a link in a link as a question', () => {
    expect(unsure('https://a.com/?r=https%3A%2F%2Fb.com%2Fx&y=1')).toEqual(['url https://b.com/x']);
    expect(unsure('https://web.archive.org/web/2020/http://b.com/x')).toEqual(['url http://b.com/x']);
    expect(unsure('evil.com/path')).toEqual(['url http://evil.com/path']);
  });
});

describe('what is not an observable', () => {
  it.each([
    'table.tr table.td a.link { color: red }',
    '<table class="x"><tr><td style="a:b">text</td></tr></table>',
    'System.IO and Foo.Bar, node.data(1) items.map(x)',
    "import foo.sh and require('a.py')",
    'from os.path.id import join',
    'event.target date.now logger.info swiftshader.tar.br',
    'host: localhost domain: null',
    'matrix.js.map package.json index.ts',
    'Version 1.2.3.4, OID 1.3.6.1, Section 1.2.3.4, v1.2.3.4, 3.2.1.0-beta',
    'Chrome/120.0.6099.71 Chrome/96.0.46.64 10.0.19045.3570',
    '10.0.0.0/8 2001:db8::/32',
    ':: 1:2:3 12:30:45 std::vector',
    `commit ${'ab12'.repeat(10)} and x@${'ab12'.repeat(10)}`,
    `${'0'.repeat(32)} ${'ab'.repeat(35)}`,
    'e.g. this, i.e. that, a.m. and/or p.m.',
    'hello...world foo.. ..bar',
    'co.uk .com',
    'user@localhost',
    'http://',
    '1.2.3 1.2.3.4.5 256.1.1.1 01.2.3.4',
    'the dot com boom. So it goes . It was',
    'xsha256:"abc" foo:"bar"',
    '',
  ])('%s', (text) => expect(show(text)).toEqual([]));

  it.each([
    ['README.md', 'file_name README.md'],
    ['main.py', 'file_name main.py'],
    ['setup.zip', 'file_name setup.zip'],
    ['user.profile.name', 'domain user.profile.name'],
    ['openai.ai', 'domain openai.ai'],
    ['dead::beef', 'ipv6 dead::beef'],
    ['user:pw@evil.com', 'email pw@evil.com'],
    ['QtTool.2.1.zip', 'file_name QtTool.2.1.zip'],
    ['logo.png', 'file_name logo.png'],
    ['/usr/lib/foo.so', 'file_path /usr/lib/foo.so'],
  ])('asks about %s', (text, expected) => {
    expect(show(text)).toEqual([]);
    expect(unsure(text)).toEqual([expected]);
  });

  it('reads no half of an encoded link', () => {
    expect(show('x?u=http%3A%2F%2Fevil.com%2Fa')).not.toContain('domain 2fevil.com');
  });
});

describe('mail source', () => {
  it('joins soft line breaks of quoted-printable', () => {
    const source =
      'Content-Transfer-Encoding: quoted-printable\n\n<a href=3D"https://evil.exam=\nple.com/a=3Fb=3D1">x</a>';
    expect(show(source)).toEqual(['url https://evil.example.com/a?b=1', 'domain evil.example.com']);
  });

  it('tells ids in folded headers from addresses', () => {
    const source = 'References: <a1@mail.com>\n <b2@mail.com>\nFrom: Joe <joe@mail.com>\n';
    expect(show(source)).toEqual([
      'email_messageid a1@mail.com',
      'email_messageid b2@mail.com',
      'email joe@mail.com',
    ]);
  });
});

describe('the list', () => {
  it('has each once, in order, and every one when asked', () => {
    const text = 'b.com a.com B[.]com http://a.com/';
    expect(show(text)).toEqual(['domain b.com', 'domain a.com', 'url http://a.com/']);
    expect(inspect(text, { every: true }).map((f) => f.start)).toEqual([0, 6, 12, 20, 20]);
  });

  it('reads the text of a tuple', () => {
    expect(show("('a.com', 'b.com')")).toEqual(['domain a.com', 'domain b.com']);
  });

  it('marks where a thing stood, and what is internal or disguised', () => {
    const text = 'see 10[.]1.2.3 now';
    expect(inspect(text)).toEqual([
      {
        type: 'ip',
        value: '10.1.2.3',
        original: '10[.]1.2.3',
        start: 4,
        end: 14,
        confidence: 'certain',
        tags: ['internal', 'defanged'],
      },
    ]);
  });

  it('makes a doubtful one sure when it comes again without doubt', () => {
    expect(show('evil.ai evil[.]ai')).toEqual(['domain evil.ai']);
  });
});

const label = fc.stringMatching(/^[a-z][a-z0-9]{2,10}$/);
const domain = fc.tuple(label, label).map(([a, b]) => `${a}.${b}.com`);
const octet = fc.integer({ min: 0, max: 255 });
const defangable: fc.Arbitrary<Observable> = fc.oneof(
  domain.map((value) => ({ type: 'domain' as const, value })),
  fc.tuple(octet, octet, octet, octet).map((o) => ({ type: 'ip' as const, value: o.join('.') })),
  fc.tuple(label, domain).map(([l, d]) => ({ type: 'email' as const, value: `${l}@${d}` })),
  fc.tuple(domain, label).map(([d, p]) => ({ type: 'url' as const, value: `https://${d}/${p}?q=1.2` })),
  fc
    .ipV6()
    .map((value) => normalise({ type: 'ipv6', value }))
    .filter((o) => o.value !== '::'),
);
/** Text made of the pieces that the rules look at. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '[.]',
          '(dot)',
          ' dot ',
          ' at ',
          '@',
          '://',
          'hxxp',
          'http://',
          'ip:"',
          '"',
          '\\',
          '\\\\',
          'c:\\',
          '&#46;',
        ],
        ...[
          '[',
          ']',
          '(',
          ')',
          '<',
          '>',
          ',',
          ';',
          ':',
          '::',
          '/',
          '%',
          '=',
          '=\n',
          '=3D',
          '\u200B',
          '\u3002',
          '“',
        ],
        ...[
          'evil.com',
          '1.2.3.4',
          'a'.repeat(40),
          'https://urldefense.com/v3/__',
          '__;',
          '!',
          '*',
          '.',
          ' ',
          '\n',
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('for any text', () => {
  it('reads no path across a typed item', () => {
    const text = 'c:\\ab\\ip:"1.2.3.4"\\b.exe';
    expect(inspect(text).map((f) => [f.type, f.original])).toEqual([
      ['file_path', 'c:\\ab'],
      ['ip', 'ip:"1.2.3.4"'],
      ['file_name', 'b.exe'],
    ]);
  });

  it('reads back what it defanged', () => {
    fc.assert(
      fc.property(defangable, (o) => {
        const found = inspect(`see ${defang(o.value, o.type)}, please`, { every: true });
        expect(observablesOf(found)[0]).toEqual(o);
      }),
    );
  });

  it('never throws, points at the text and stays in it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        let last = 0;
        for (const f of inspect(text, { every: true })) {
          expect(f.start).toBeGreaterThanOrEqual(last);
          expect(f.end).toBeGreaterThan(f.start);
          expect(f.end).toBeLessThanOrEqual(text.length);
          expect(f.original).toBe(text.slice(f.start, f.end));
          expect(f.value).not.toBe('');
          last = f.start;
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('finds in prose what it finds alone', () => {
    fc.assert(
      fc.property(fc.array(domain, { minLength: 1, maxLength: 5 }), (names) => {
        const values = observablesOf(inspect(`we saw ${names.join(' and ')}.`)).map((o) => o.value);
        expect(values).toEqual([...new Set(names)]);
      }),
    );
  });
});
