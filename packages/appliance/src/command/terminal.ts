/** The real world of a command: this process and its terminal. */
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from './run.ts';

export const terminal = (): World => ({
  out: (line) => void process.stdout.write(line),
  err: (line) => void process.stderr.write(line),
  ask,
  input: () => text(process.stdin),
  env: process.env,
  // with sudo the person behind it is of more interest than root
  user: process.env.SUDO_USER ?? userName(),
  sleep: (ms) => sleep(ms),
});

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // a container may run as a number without a name
    return `uid${process.getuid?.() ?? ''}`;
  }
}
