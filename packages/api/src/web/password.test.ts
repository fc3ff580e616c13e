import { describe, expect, it } from 'vitest';
import { passwords } from './password.ts';

describe('passwords', () => {
  const { hash, verify } = passwords();

  it('are kept as argon2id with its parameters and a salt of their own', async () => {
    const [a, b] = [await hash('correct horse battery'), await hash('correct horse battery')];
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(a).not.toBe(b);
    expect(await verify('correct horse battery', a)).toBe(true);
    expect(await verify('correct horse batterx', a)).toBe(false);
  });

  it('verify what another argon2id made', async () => {
    // argon2 reference command line: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1
    const reference =
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await verify('password', reference)).toBe(true);
    expect(await verify('differentpassword', reference)).toBe(false);
  });

  it('are known again in any Unicode form', async () => {
    const kept = await hash('Zu\u0308rich-Flughafen');
    expect(await verify('Z\u00fcrich-Flughafen', kept)).toBe(true);
    expect(await verify('Zurich-Flughafen', kept)).toBe(false);
  });

  it('are never right for nobody, or for a hash that is broken', async () => {
    for (const kept of [undefined, '', '$argon2id$', 'x'])
      for (const given of ['', 'x']) expect(await verify(given, kept)).toBe(false);
  });
});
