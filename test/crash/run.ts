/**
 * npm run crash -- kill9 [--cycles 20] [--messages 300] [--fault early]
 *                | powercut [--images 20] [--fault nosync] | diskfull [--rounds 5] | syscalls [--points 0]
 *                [--seed n]
 * The last line of the output is the result as JSON; the exit code is 1 where something was lost or is not tracked.
 */
import { parseArgs } from 'node:util';
import { diskfull } from './diskfull.ts';
import { kill9 } from './kill9.ts';
import { powercut } from './powercut.ts';
import { syscalls } from './syscalls.ts';
import type { Counts } from './verdict.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    cycles: { type: 'string', default: '20' },
    images: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    points: { type: 'string', default: '0' },
    messages: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    fault: { type: 'string' },
  },
});

const { fault } = values;
const shared = { seed: Number(values.seed), say: (line: string) => console.log(line) };
const TESTS: Record<string, () => Promise<Counts & { failed?: number }>> = {
  kill9: () =>
    kill9({
      ...shared,
      cycles: Number(values.cycles),
      messages: Number(values.messages),
      ...(fault === 'early' ? { fault } : {}),
    }),
  powercut: () =>
    powercut({ ...shared, images: Number(values.images), ...(fault === 'nosync' ? { fault } : {}) }),
  diskfull: () => diskfull({ ...shared, rounds: Number(values.rounds) }),
  syscalls: () => syscalls({ ...shared, points: Number(values.points) }),
};

const test = Object.hasOwn(TESTS, positionals[0] ?? '') ? TESTS[positionals[0] ?? ''] : undefined;
if (!test || (fault !== undefined && fault !== 'early' && fault !== 'nosync')) {
  console.error(`Usage: npm run crash -- ${Object.keys(TESTS).join('|')} [--seed n], see test/crash/run.ts`);
  process.exit(2);
}
console.log(`seed ${values.seed}`);
const result = await test();
console.log(JSON.stringify(result));
if (result.lost > 0 || result.untracked > 0 || (result.failed ?? 0) > 0) process.exitCode = 1;
