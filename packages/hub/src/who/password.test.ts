import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password.ts';

test('a password is known again, in any Unicode form, and no other is', async () => {
  const stored = await hashPassword('Zu\u0308rich-Flughafen');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword('Z\u00fcrich-Flughafen', stored)).toBe(true);
  expect(await verifyPassword('Zurich-Flughafen', stored)).toBe(false);
  expect(await hashPassword('Zu\u0308rich-Flughafen')).not.toBe(stored);
});

test('without a stored hash, or with a broken one, nothing is right', async () => {
  expect(await verifyPassword('', undefined)).toBe(false);
  expect(await verifyPassword('x', '$argon2id$')).toBe(false);
});
