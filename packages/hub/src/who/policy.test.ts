import { expect, test } from 'vitest';
import { permissionOf, permissionsOf, ROLE_TEXTS } from './policy.ts';

test('a role that is not known may nothing', () => {
  for (const role of ['', 'root', 'constructor', 'Admin']) expect(permissionsOf(role)).toEqual([]);
});

test('every role may what the weaker one may', () => {
  const roles = ['read-only', 'analyst', 'incident-responder', 'admin'].map((role) => permissionsOf(role));
  for (const [i, role] of roles.entries())
    if (i > 0) expect(role).toEqual(expect.arrayContaining([...(roles[i - 1] ?? [])]));
});

test('only administrators change devices, services, modules, people and clients', () => {
  for (const role of ['read-only', 'analyst', 'incident-responder'])
    for (const permission of permissionsOf(role))
      expect(permission).not.toMatch(/^(device|service|module|user|client|organisation):write$/);
  expect(permissionsOf('read-only').join()).not.toMatch(/write|respond|investigate/);
});

test('the permission behind a scope is that of its longest beginning; what is unknown nobody has', () => {
  expect(permissionOf('enrich/observables/observe:read')).toBe('investigate');
  expect(permissionOf('integration/module-instance:write')).toBe('module:write');
  expect(permissionOf('integration/health:read')).toBe('investigate');
  expect(permissionOf('response/trigger:write')).toBe('respond');
  expect(permissionOf('response/observables:read')).toBe('investigate');
  expect(permissionOf('private-intel/incident:read')).toBe('intel:read');
  expect(permissionOf('private-intel')).toBe('intel:write');
  for (const scope of ['unknown:read', 'constructor:read', 'enr:read', '', 'enrich:admin'])
    for (const { id } of ROLE_TEXTS) expect(permissionsOf(id)).not.toContain(permissionOf(scope));
});
