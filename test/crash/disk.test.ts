import { expect, it } from 'vitest';
import { diskfull } from './diskfull.ts';
import { canCutPower, powercut } from './powercut.ts';
import { canTrace, syscalls } from './syscalls.ts';

const say = (): void => undefined;
const WHOLE = { lost: 0, untracked: 0 };

// A loop mount needs root: without it these are told as skipped.
it.skipIf(!canCutPower())('keeps what got a 250 when the power is cut', async () => {
  expect(await powercut({ images: 10, seed: 3, say })).toMatchObject({ images: 10, whole: 10, ...WHOLE });
});

it.skipIf(!canCutPower())('the power cut notices a program that never syncs', async () => {
  expect((await powercut({ images: 1, seed: 1, fault: 'nosync', say })).lost).toBeGreaterThan(0);
});

it.skipIf(!canCutPower())('refuses for a while when the disk is full, and loses nothing', async () => {
  const result = await diskfull({ rounds: 2, seed: 1, say });
  expect(result).toMatchObject({ failed: 0, ...WHOLE });
  expect(result.refused).toBeGreaterThan(0);
});

it.skipIf(!canTrace())('survives a kill at system calls of one message', async () => {
  expect(await syscalls({ points: 10, seed: 1, say })).toMatchObject({ points: 10, ...WHOLE });
});
