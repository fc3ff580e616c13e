import { expect, test } from 'vitest';
import { permissionsOf } from './policy.ts';

test('a role that is not known may nothing', () => {
  for (const role of ['', 'root', 'constructor', 'Admin']) expect(permissionsOf(role)).toEqual([]);
});

test('every role may what the weaker one may', () => {
  const roles = ['read-only', 'analyst', 'incident-responder', 'admin'].map((role) => permissionsOf(role));
  for (const [i, role] of roles.entries())
    if (i > 0) expect(role).toEqual(expect.arrayContaining([...(roles[i - 1] ?? [])]));
});

test('only administrators change devices, services, modules and clients', () => {
  for (const role of ['read-only', 'analyst', 'incident-responder'])
    for (const permission of permissionsOf(role)) expect(permission).not.toMatch(/:write$/);
});
