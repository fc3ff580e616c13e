import { expect, it } from 'vitest';
import { bodyOf, formOf, NEW_PROVIDER } from './provider.tsx';

it('reads domains and roles as people write them', () => {
  const body = bodyOf({
    ...NEW_PROVIDER,
    domains: ' example.com, example.org\n',
    roleClaim: ' groups ',
    roleMap: 'cn=soc,dc=example = analyst\n\n admins=admin \nnothing',
  });
  expect(body).toMatchObject({
    domains: ['example.com', 'example.org'],
    roleClaim: 'groups',
    roleMap: [
      { value: 'cn=soc,dc=example', role: 'analyst' },
      { value: 'admins', role: 'admin' },
      { value: '', role: 'nothing' },
    ],
  });
  expect(body).not.toHaveProperty('clientSecret');
});

it('what is shown and sent again stays as it is', () => {
  const settings = {
    ...{ label: 'A', issuer: 'https://id.example', clientId: 'c', enabled: false, linkByEmail: false },
    ...{ domains: ['a.example', 'b.example'], defaultRole: 'analyst', roleClaim: 'groups' },
    roleMap: [{ value: 'x = y', role: 'admin' }],
  };
  const shown = { ...settings, id: 'i', hasSecret: true, users: 3, changed: '2026-01-01T00:00:00.000Z' };
  expect(bodyOf(formOf(shown))).toEqual(settings);
});
