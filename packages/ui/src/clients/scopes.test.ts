import { PRESETS, SCOPE_ROOTS, scopeProblem } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import {
  ALL_SCOPES,
  accesses,
  credentialsText,
  isTicked,
  lifetimeText,
  narrower,
  ROOTS,
  SCOPE_TEXT,
  toggled,
  withNarrower,
} from './scopes.ts';

it('explains every scope that can be chosen', () => {
  expect(Object.keys(SCOPE_TEXT).sort()).toEqual(Object.keys(SCOPE_ROOTS).sort());
});

it('writes id and password on a line each', () => {
  expect(credentialsText('client-1', 'secret')).toBe('client_id=client-1\nclient_password=secret');
});

it('every preset and every box is a scope that a client can have', () => {
  for (const scope of [...ALL_SCOPES, ...PRESETS.flatMap((p) => p.scopes)])
    expect([scope, scopeProblem(scope)]).toEqual([scope, '']);
});

describe('a box', () => {
  it('joins its half with the other, and takes it away again', () => {
    expect(toggled([], 'sse', 'read')).toEqual(['sse:read']);
    expect(toggled(['sse:read'], 'sse', 'write')).toEqual(['sse']);
    expect(toggled(['sse'], 'sse', 'read')).toEqual(['sse:write']);
    expect(toggled(['sse:write', 'inspect:read'], 'sse', 'write')).toEqual(['inspect:read']);
  });

  it('clicked twice changes nothing, for every box and every choice', () => {
    for (const root of ROOTS)
      for (const access of accesses(root))
        for (const scopes of [[], [...ALL_SCOPES], ['sse:read', 'private-intel/incident:read']]) {
          const once = toggled(scopes, root, access);
          expect(isTicked(once, root, access)).toBe(!isTicked(scopes, root, access));
          expect(toggled(once, root, access).sort()).toEqual([...scopes].sort());
        }
  });
});

it('narrower scopes are written beside the boxes', () => {
  const scopes = ['sse', 'private-intel/incident:read'];
  expect(narrower(scopes)).toEqual(['private-intel/incident:read']);
  expect(withNarrower(scopes, ' a/b:read\n a/b:read, c/d')).toEqual(['sse', 'a/b:read', 'c/d']);
});

it.each([
  [600, '10 minutes'],
  [3600, '1 hour'],
  [86_400, '24 hours'],
])('%s seconds are %s', (seconds, text) => expect(lifetimeText(seconds)).toBe(text));
