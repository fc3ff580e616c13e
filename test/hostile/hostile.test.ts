import { expect, it } from 'vitest';
import { hostileMail } from './mails.ts';
import { run } from './run.ts';

it('hostile mail crashes nothing, loses nothing, and other mail keeps flowing', async () => {
  const result = await run(['--mails', '300']);
  expect(result).toMatchObject({ crashes: 0, lost: 0, failed: 0, hangs: 0 });
  expect(Number(result.accepted) + Number(result.refused)).toBe(300);
  expect(result.rss_mb).toBeLessThan(512);
}, 300_000);

it('the same number makes the same mail', () => {
  expect(hostileMail(7)).toEqual(hostileMail(7));
  expect(hostileMail(7)).not.toEqual(hostileMail(8));
});
