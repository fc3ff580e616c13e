import type { Authentication } from '@sightline/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authResults, claims, idOf } from './authres.ts';

const asked = {
  authservId: 'mx.example.com',
  ip: '192.0.2.1',
  helo: 'mta.example.org',
  sender: 'ann@example.org',
};
const PASSED: Authentication = {
  spf: { result: 'pass', domain: 'example.org' },
  dkim: [
    { result: 'pass', domain: 'example.org', selector: 's1' },
    { result: 'neutral', domain: 'list.example', selector: '2026' },
  ],
  dmarc: { result: 'pass', domain: 'example.org', policy: 'reject' },
  arc: { result: 'pass', instance: 2 },
};
const NONE: Authentication = {
  spf: { result: 'none', domain: '' },
  dkim: [],
  dmarc: { result: 'none', domain: '', policy: '' },
  arc: { result: 'none', instance: 0 },
};

describe('the field that we write', () => {
  it('has a line for each result', () => {
    expect(authResults(asked, PASSED)).toBe(
      [
        'Authentication-Results: mx.example.com;',
        '\tspf=pass smtp.mailfrom=ann@example.org;',
        '\tdkim=pass header.d=example.org header.s=s1;',
        '\tdkim=neutral header.d=list.example header.s=2026;',
        '\tdmarc=pass (p=reject) header.from=example.org;',
        '\tarc=pass (i=2) smtp.remote-ip=192.0.2.1',
        '',
      ].join('\r\n'),
    );
  });

  it('names the greeting where the sender is null, and says none where there is nothing', () => {
    expect(authResults({ ...asked, sender: '', ip: '2001:db8::1' }, NONE)).toBe(
      [
        'Authentication-Results: mx.example.com;',
        '\tspf=none smtp.helo=mta.example.org;',
        '\tdkim=none;',
        '\tdmarc=none;',
        '\tarc=none smtp.remote-ip="2001:db8::1"',
        '',
      ].join('\r\n'),
    );
  });

  it('writes domains in ASCII and leaves out a local part that is not', () => {
    const field = authResults({ ...asked, sender: 'jörg@bücher.example' }, NONE);
    expect(field).toContain('spf=none smtp.mailfrom=xn--bcher-kva.example;');
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          '"',
          '\\',
          '(',
          ')',
          ';',
          '\r\n',
          '\n',
          '\0',
          ' ',
          '=',
          '@',
          'a.example',
          'dmarc=pass',
          '\t',
          'ü',
          '[',
          ',',
        ),
        { maxLength: 30 },
      )
      .map((bits) => bits.join('')),
  );
  it('is one field with the results that it should have, whatever others wrote', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 12, maxLength: 12 }), (texts) => {
        const [
          ip = '',
          helo = '',
          sender = '',
          a = '',
          b = '',
          c = '',
          d = '',
          e = '',
          f = '',
          g = '',
          h = '',
          i = '',
        ] = texts;
        const field = authResults(
          { authservId: 'mx.example.com', ip, helo, sender },
          {
            spf: { result: a, domain: b },
            dkim: [{ result: c, domain: d, selector: e }],
            dmarc: { result: f, domain: g, policy: h },
            arc: { result: i, instance: 1 },
          },
        );
        expect(field).toMatch(/^[\x20-\x7e\t\r\n]*$/);
        // Folded at our own places only, and nothing behind its end.
        expect(field.split('\r\n')).toHaveLength(6);
        expect(field.replace(/\r\n\t/g, '')).toMatch(/^[^\r\n\t]*\r\n$/);
        for (const line of field.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
        const value = field.slice(field.indexOf(':') + 1).replace(/\r\n/g, '');
        expect(idOf(value)).toBe('mx.example.com');
        const [, ...results] = cut(value);
        expect(results.map((one) => one.trim().split('=')[0])).toEqual(['spf', 'dkim', 'dmarc', 'arc']);
      }),
    );
  });
});

/** At semicolons, those in quoted strings and comments left alone: a reader of RFC 8601 written anew. */
function cut(value: string): string[] {
  const parts = [''];
  let quoted = false;
  let depth = 0;
  for (let i = 0; i < value.length; i++) {
    const char = value[i] ?? '';
    if (char === ';' && !quoted && depth === 0) {
      parts.push('');
      continue;
    }
    if (char === '"' && depth === 0) quoted = !quoted;
    if (!quoted && char === '(') depth++;
    if (!quoted && char === ')') depth--;
    parts[parts.length - 1] += char;
    if (char === '\\' && (quoted || depth > 0)) parts[parts.length - 1] += value[++i] ?? '';
  }
  return parts;
}

describe('a field that somebody else wrote', () => {
  const field = (value: string): string => `Authentication-Results:${value}\r\n`;

  it.each([
    [' mx.example.com; dmarc=pass'],
    ['mx.example.com;dmarc=pass'],
    [' MX.Example.COM; dmarc=pass'],
    [' mx.example.com.; dmarc=pass'],
    [' mx.example.com 1; dmarc=pass'],
    [' mx.example.com (really); dmarc=pass'],
    [' (a (nested\\)) comment) mx.example.com; dmarc=pass'],
    ['\r\n\tmx.example.com;\r\n\tdmarc=pass'],
    [' "mx.example.com"; dmarc=pass'],
    [' "mx\\.example.com" ; dmarc=pass'],
    [' mx.example.com'],
    [' =?utf-8?q?mx=2Eexample=2Ecom?=; dmarc=pass'],
    // What cannot be read, and some reader may take for ours.
    [' dmarc=pass'],
    [' (no end mx.example.com; dmarc=pass'],
    [' "no end; dmarc=pass'],
    [' mx.example.com dmarc=pass'],
    [' ; dmarc=pass'],
    [''],
  ])('claims to be ours: %j', (value) => {
    expect(claims(field(value), 'mx.example.com')).toBe(true);
  });

  it.each([
    [' other.example; dmarc=pass'],
    [' other.example; dmarc=pass (mx.example.com)'],
    [' (mx.example.com) other.example; dkim=pass'],
    [' mx.example.com.other.example; dmarc=pass'],
    [' xmx.example.com; none'],
    [' "mx.example.com; x"; none'],
    [' other.example 1; none'],
    [' other.example'],
  ])('does not: %j', (value) => {
    expect(claims(field(value), 'mx.example.com')).toBe(false);
  });

  it('is known in both forms of an international name', () => {
    const bytes = Buffer.from(field(' bücher.example; dmarc=pass')).toString('latin1');
    expect(claims(bytes, 'xn--bcher-kva.example')).toBe(true);
  });
});
