import { expect, it } from 'vitest';
import { sharing } from './sharing.ts';

it('runs again for those who come while it runs, once for all of them, and goes on after a failure', async () => {
  const runs: { end(): void; fail(error: Error): void }[] = [];
  const ask = sharing(() => new Promise<void>((end, fail) => runs.push({ end, fail })));
  const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const first = ask();
  await tick();
  const later = [ask(), ask()];
  await tick();
  expect(runs).toHaveLength(1);
  runs[0]?.fail(new Error('no room'));
  await expect(first).rejects.toThrow('no room');
  await tick();
  expect(runs).toHaveLength(2);
  runs[1]?.end();
  await Promise.all(later);
  const last = ask();
  await tick();
  runs[2]?.end();
  await last;
  expect(runs).toHaveLength(3);
});
