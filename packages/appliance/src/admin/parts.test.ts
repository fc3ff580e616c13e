import { describe, expect, it } from 'vitest';
import { passwords } from './password.ts';
import { quota } from './quota.ts';

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

  it('are never right for nobody', async () => {
    expect(await verify('', undefined)).toBe(false);
    expect(await verify('x', undefined)).toBe(false);
  });
});

describe('quota', () => {
  it('slides over the last minute and gives back what is taken back', () => {
    let now = 0;
    const q = quota(2, () => now);
    q.use('a')();
    q.use('a');
    now = 30_000;
    q.use('a');
    expect(() => q.use('a')).toThrow(
      expect.objectContaining({ code: 'too_many_requests', details: { seconds: '30' } }),
    );
    q.use('b');
    now = 60_000;
    q.use('a');
    expect(() => q.use('a')).toThrow();
  });

  it('does not grow without end', () => {
    const q = quota(1, () => 0);
    for (let i = 0; i < 10_001; i++) q.use(String(i));
    expect(() => q.use('10000')).toThrow();
    expect(() => q.use('0')).not.toThrow();
  });
});
