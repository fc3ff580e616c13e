/** `track check` and `track rebuild`: work on the files themselves, without an appliance. */
import { join } from 'node:path';
import { check } from '../track/check.ts';
import { rebuild } from '../track/rebuild.ts';

interface Result {
  data: unknown;
  lines: string[];
  ok: boolean;
}

type Tell = (text: string) => void;

const folder = (dataDir: string): string => join(dataDir, 'track');

/** So that whoever waits sees it going on. */
const progress =
  (tell: Tell): Tell =>
  (text) =>
    tell(`${text}\n`);

export function checked(dataDir: string, tell: Tell): Result {
  const data = check(folder(dataDir), progress(tell));
  const { messages, segments, journals, problems } = data;
  const ok = problems.length === 0;
  const counts = `${messages} records in ${segments} segments and ${journals} journals`;
  const lines = [`${counts}: ${ok ? 'all is well.' : 'damaged.'}`, ...problems];
  const hint = 'Stop the appliance and run "sightline track rebuild", or restore a backup.';
  return { data, lines: ok ? lines : [...lines, hint], ok };
}

export async function rebuilt(dataDir: string, tell: Tell): Promise<Result> {
  const data = await rebuild(folder(dataDir), progress(tell));
  const { messages, segments, problems } = data;
  return { data, lines: [`Rebuilt ${segments} segments of ${messages} messages.`, ...problems], ok: true };
}
