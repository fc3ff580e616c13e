import { SCOPES } from '@sightline/api';
import { expect, it } from 'vitest';
import { credentialsText, SCOPE_TEXT } from './scopes.ts';

it('explains every scope that can be chosen', () => {
  expect(Object.keys(SCOPE_TEXT)).toEqual([...SCOPES]);
});

it('writes id and password on a line each', () => {
  expect(credentialsText('client-1', 'secret')).toBe('client_id=client-1\nclient_password=secret');
});
