import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScope, scopeCovers, scopesOf } from './scope.ts';

const part = fc.constantFrom('enrich', 'inspect', 'private-intel', 'sse', 'observables', 'a', 'ab');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const suffix = fc.constantFrom('', ':read', ':write');
const scope = fc.tuple(path, suffix).map(([p, s]) => p + s);

describe('scopes', () => {
  it.each([
    ['enrich:read', 'enrich/observables/observe:read', true],
    ['enrich:read', 'enrich:read', true],
    ['enrich', 'enrich:read', true],
    ['enrich', 'enrich', true],
    ['enrich:read', 'enrich:write', false],
    ['enrich:read', 'enrich', false],
    ['enrich/observables:read', 'enrich:read', false],
    ['enrich/observables/observe:read', 'enrich/observables/deliberate:read', false],
    ['enr:read', 'enrich:read', false],
    ['private', 'private-intel', false],
    ['', 'inspect:read', false],
    ['inspect:admin', 'inspect:read', false],
    ['*', 'inspect:read', false],
  ])('%s covers %s: %s', (granted, needed, covered) => {
    expect(scopeCovers([granted], needed)).toBe(covered);
  });

  it('joins read and write of different scopes', () => {
    expect(scopeCovers(['sse:read', 'sse:write'], 'sse')).toBe(true);
    expect(scopeCovers(['sse:read', 'sse/device:write'], 'sse')).toBe(false);
    expect(scopeCovers(['sse:read', 'sse/device:write'], 'sse/device')).toBe(true);
  });

  it('every scope covers itself, its read and write halves and its children', () => {
    fc.assert(
      fc.property(path, suffix, path, (p, s, child) => {
        expect(scopeCovers([p + s], p + s)).toBe(true);
        expect(scopeCovers([p + s], `${p}/${child}${s}`)).toBe(true);
        if (s === '') for (const half of [':read', ':write']) expect(scopeCovers([p], p + half)).toBe(true);
      }),
    );
  });

  it('more scopes never cover less, and no scope reaches above its path or into the other half', () => {
    fc.assert(
      fc.property(fc.array(scope), scope, scope, (granted, more, needed) => {
        if (scopeCovers(granted, needed)) expect(scopeCovers([...granted, more], needed)).toBe(true);
        if (scopeCovers([more], needed)) {
          const [have, want] = [parseScope(more), parseScope(needed)];
          expect(want?.path.slice(0, have?.path.length)).toEqual(have?.path);
          expect(have?.access === 'both' || have?.access === want?.access).toBe(true);
        }
      }),
    );
  });

  it('never throws and allows nothing for what is no scope', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (granted, needed) => {
        if (!parseScope(needed)) expect(scopeCovers(granted, needed)).toBe(false);
        if (granted.every((s) => !parseScope(s))) expect(scopeCovers(granted, 'inspect:read')).toBe(false);
      }),
    );
  });

  it('reads a list with doubled names and spaces', () => {
    expect(scopesOf(' inspect:read  enrich:read inspect:read ')).toEqual(['inspect:read', 'enrich:read']);
  });
});
