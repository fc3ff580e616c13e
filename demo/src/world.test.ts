/** The system as `npm start` runs it: the appliance's two processes, either of which may end. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePorts, logFile, openWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const WAIT = { timeout: 40_000, interval: 50 };

let dir: string;
let world: World;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'world-'));
  world = await openWorld({ dataDir: dir, ports: await freePorts(), processes: true });
});
afterAll(async () => {
  await world.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Process ids of a program, by what it wrote into the log. */
function pidsOf(program: 'mta' | 'console'): number[] {
  const lines = readFileSync(logFile(dir), 'utf8').split('\n').slice(0, -1);
  const own = lines.map((line) => JSON.parse(line) as { name: string; pid: number });
  return [...new Set(own.filter(({ name }) => name === program).map(({ pid }) => pid))];
}
const last = (program: 'mta' | 'console'): number => pidsOf(program).at(-1) ?? 0;
const kill = (program: 'mta' | 'console'): void => void process.kill(last(program), 'SIGKILL');
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const send = (subject: string): Promise<unknown> =>
  createTransport({ ...world.smtp, ignoreTLS: true }).sendMail({
    from: 'ann@example.org',
    to: 'frank@example.com',
    subject,
    text: 'hello',
  });
const health = async (): Promise<number> =>
  fetch(`${world.console.url}/healthz`).then(
    (res) => res.status,
    () => 0,
  );

it('has a mail process and a console process; mail flows while the console is away, and the other way round', async () => {
  expect(world.console.setupToken).toBeTruthy();
  expect(last('mta')).not.toBe(last('console'));
  expect(process.pid).not.toBe(last('mta'));
  const [mta, console_] = [last('mta'), last('console')];

  kill('console');
  await expect.poll(health, WAIT).toBe(0);
  await send('without a console');
  await expect.poll(health, WAIT).toBe(200);
  expect(last('console')).not.toBe(console_);
  expect(last('mta')).toBe(mta);

  kill('mta');
  await expect.poll(() => lives(mta), WAIT).toBe(false);
  await expect
    .poll(
      () =>
        send('again').then(
          () => true,
          () => false,
        ),
      WAIT,
    )
    .toBe(true);
  expect(lives(mta)).toBe(false);
  await expect.poll(health, WAIT).toBe(200);
});

it('stops both', async () => {
  const all = [...pidsOf('mta'), ...pidsOf('console')];
  await world.stop();
  expect(all.filter(lives)).toEqual([]);
  await expect(send('to nobody')).rejects.toThrow(/ECONNREFUSED/);
  expect(await health()).toBe(0);
});
