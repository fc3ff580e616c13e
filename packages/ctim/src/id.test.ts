import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longId, parseId, shortId, transientId } from './id.ts';

const UUID = '6a3b0c44-98fc-4c14-9afb-f4c8996fb924';
const SHORT = `sighting-${UUID}`;

describe('ids', () => {
  it('makes and reads the three forms', () => {
    expect(parseId(shortId('asset-mapping', UUID))).toEqual({
      kind: 'short',
      type: 'asset-mapping',
      short: `asset-mapping-${UUID}`,
    });
    expect(longId('https://h:443/p', SHORT)).toBe(`https://h:443/p/ctia/sighting/${SHORT}`);
    expect(parseId(longId('https://h:443/p', SHORT))).toEqual({
      kind: 'long',
      type: 'sighting',
      short: SHORT,
      origin: 'https://h:443/p',
    });
    expect(parseId(transientId('sighting', 'x'))).toEqual({ kind: 'transient', name: 'sighting-x' });
    expect(transientId('sighting')).not.toBe(transientId('sighting'));
  });

  it.each([
    '',
    UUID,
    `Sighting-${UUID}`,
    `sighting-${UUID.toUpperCase()}`,
    `https://h/ctia/judgement/${SHORT}`,
    `ftp://h/ctia/sighting/${SHORT}`,
    `https://h/ctia/sighting/${SHORT}/x`,
    `https%3A%2F%2Fh%2Fctia%2Fsighting%2F${SHORT}`,
    'transient:',
    `transient:${'x'.repeat(2048)}`,
  ])('refuses %s', (text) => expect(parseId(text)).toBeUndefined());

  it('refuses to lengthen what is no short id', () => {
    expect(() => longId('https://h', 'nonsense')).toThrow(TypeError);
  });

  it('never throws on reading', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseId(text);
        parseId(`https://${text}/ctia/sighting/${SHORT}`);
      }),
    );
  });
});
