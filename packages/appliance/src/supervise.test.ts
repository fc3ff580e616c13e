import { pino } from 'pino';
import { expect, it } from 'vitest';
import { type Child, supervise } from './supervise.ts';

interface Fake extends Child {
  name: string;
  say(): void;
  end(how: string): void;
}

const log = pino({ level: 'silent' });

function setUp({ stubborn = '' } = {}) {
  const started: Fake[] = [];
  const told: string[] = [];
  let now = 0;
  const spawn = (name: string): Fake => {
    let say = (): void => undefined;
    let end = (_: string): void => undefined;
    const ready = new Promise<void>((done) => (say = done));
    const ended = new Promise<string>((done) => (end = done));
    const child: Fake = {
      name,
      ready,
      ended,
      say: () => say(),
      end: (how) => end(how),
      stop: () => {
        told.push(`stop ${name}`);
        if (name !== stubborn) end('exit code 0');
      },
      kill: () => {
        told.push(`kill ${name}`);
        end('signal SIGKILL');
      },
    };
    started.push(child);
    return child;
  };
  const supervisor = supervise({
    names: ['mta', 'console'],
    spawn,
    log,
    now: () => now,
    stopMs: 50,
    firstPauseMs: 20,
  });
  return { supervisor, started, told, pass: (ms: number) => (now += ms) };
}
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

it('starts both, and each again alone when it ends, after a pause that grows', async () => {
  const { supervisor, started, told } = setUp();
  const ready = supervisor.start();
  for (const child of started) child.say();
  await ready;
  expect(started.map((c) => c.name)).toEqual(['mta', 'console']);
  const times: number[] = [];
  for (const n of [2, 3, 4]) {
    const begin = performance.now();
    started.findLast((c) => c.name === 'console')?.end('signal SIGKILL');
    while (started.length <= n) await pause(1);
    times.push(performance.now() - begin);
  }
  expect(started.filter((c) => c.name === 'mta')).toHaveLength(1);
  expect(times[2]).toBeGreaterThan(75);
  await supervisor.stop();
  expect(told).toEqual(['stop mta', 'stop console']);
  await pause(30);
  expect(started).toHaveLength(5);
});

it('is quick again with one that ran for long', async () => {
  const { supervisor, started, pass } = setUp();
  const ready = supervisor.start();
  for (const child of started) child.say();
  await ready;
  for (let n = 2; n < 6; n++) {
    started.findLast((c) => c.name === 'mta')?.end('x');
    while (started.length <= n) await pause(1);
  }
  pass(61_000);
  const begin = performance.now();
  started.findLast((c) => c.name === 'mta')?.end('x');
  while (started.length <= 6) await pause(1);
  expect(performance.now() - begin).toBeLessThan(100);
  await supervisor.stop();
});

it('gives up when one does not even start, and leaves none behind', async () => {
  const { supervisor, started, told } = setUp();
  const failed = expect(supervisor.start()).rejects.toThrow('console did not start: exit code 1');
  started[0]?.say();
  started[1]?.end('exit code 1');
  await failed;
  expect(told).toEqual(['stop mta']);
});

it('kills what does not stop', async () => {
  const { supervisor, started, told } = setUp({ stubborn: 'mta' });
  const ready = supervisor.start();
  for (const child of started) child.say();
  await ready;
  await supervisor.stop();
  expect(told).toEqual(['stop mta', 'kill mta', 'stop console']);
});
