/** Commands for the running appliance, doing what the console does. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as api from '@sightline/api';
import { type Name, read, type Typed } from './args.ts';
import { LISTS } from './lists.ts';
import { local, NotRunning } from './local.ts';
import * as say from './say.ts';
import { checked, rebuilt } from './track.ts';

/** The world of a command: streams, the person at the terminal, the clock. */
export interface World {
  out(text: string): void;
  err(text: string): void;
  /** The answer to a question; undefined when nobody sits there. */
  ask(question: string): Promise<string | undefined>;
  input(): Promise<string>;
  env: Record<string, string | undefined>;
  user: string;
  sleep(ms: number): Promise<void>;
}

export interface Result {
  data: unknown;
  lines: string[];
  /** False: done, but not with the result that was wanted. */
  ok?: boolean;
}

interface Job {
  call: api.Call;
  dataDir: string;
  typed: Typed;
  world: World;
}

/** A command that cannot be carried out as it was typed. */
class Unclear extends Error {}

/** Runs what was typed; resolves with the exit code. */
export async function command(args: string[], world: World): Promise<number> {
  const typed = read(args);
  if ('exit' in typed) {
    (typed.exit === 0 ? world.out : world.err)(`${typed.lines.join('\n')}\n`);
    return typed.exit;
  }
  try {
    const dataDir = typed.data ?? world.env.SIGHTLINE_DATA ?? './data/appliance';
    const {
      data,
      lines,
      ok = true,
    } = await DO[typed.name]({ call: local(dataDir, world.user), dataDir, typed, world });
    world.out(typed.json ? `${JSON.stringify(data, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
    return ok ? 0 : 1;
  } catch (error) {
    return refused(error, typed, world);
  }
}

function refused(error: unknown, { json }: Typed, world: World): number {
  const body = error instanceof api.Fault ? error.body() : { error_description: (error as Error).message };
  const fields = 'fields' in body ? (body.fields ?? []) : [];
  if (json) world.out(`${JSON.stringify(body, null, 2)}\n`);
  else
    world.err(`${[body.error_description, ...fields.map((f) => `  ${f.path}: ${f.message}`)].join('\n')}\n`);
  if (error instanceof NotRunning) return 3;
  return error instanceof Unclear ? 2 : 1;
}

const DO: Record<Name, (job: Job) => Promise<Result>> = {
  ...LISTS,
  'cloud status': async ({ call }) => cloud(await call(api.getCloud)),
  'cloud connection': async ({ call }) => {
    const data = await call(api.getConnection);
    return { data, lines: say.connectionLines(data) };
  },
  'cloud test': async ({ call }) => {
    const data = await call(api.testCloud);
    return { data, lines: say.testLines(data), ok: data.ok };
  },
  'cloud enable': (job) => submit(job, { cloud: { enabled: true } }),
  'cloud disable': (job) => submit(job, { cloud: { enabled: false } }),
  'cloud set-server': (job) => submit(job, { cloud: { server: job.typed.argument } }),
  'cloud register': register,
  'cloud renew-key': async ({ call }) => {
    const data = await call(api.renewKey);
    return { data, lines: ['The key has been replaced.', ...say.connectionLines(data)] };
  },
  'cloud deregister': async ({ call, typed, world }) => {
    await sure(typed, world, 'Deregister this appliance? Investigations no longer find its messages.');
    return cloud(await call(api.deregisterCloud));
  },
  'config show': async ({ call }) => {
    const data = await call(api.getConfig);
    return { data, lines: [...say.configLines(data.live), '', ...say.stateLines(data)] };
  },
  'config commit': ({ call, typed }) => commit(call, typed),
  'config abandon': async ({ call }) => state(await call(api.abandonConfig)),
  'config rebase': async ({ call }) => state(await call(api.rebaseConfig)),
  'config history': async ({ call }) => {
    const data = await call(api.configHistory);
    return { data, lines: say.commitLines(data.commits) };
  },
  'config rollback': rollback,
  'config export': async ({ call, typed }) => {
    const data = await call(api.exportConfig);
    const text = JSON.stringify(data, null, 2);
    if (typed.argument === '' || typed.argument === '-') return { data, lines: [text] };
    await writeFile(typed.argument, `${text}\n`, { mode: 0o600, flag: 'wx' });
    return { data: { file: typed.argument }, lines: [`Written to ${typed.argument}.`] };
  },
  'config import': importFile,
  trace,
  'track check': async ({ dataDir, world }) => checked(dataDir, world.err),
  'track rebuild': async ({ call, dataDir, world }) => {
    if (await isRunning(call)) throw new Unclear('Stop the appliance first: nothing may write meanwhile.');
    return rebuilt(dataDir, world.err);
  },
  'track backup': async ({ call, typed }) => {
    const data = await call(api.backupTracking, { body: { to: resolve(typed.argument) } });
    return { data, lines: [`Copied to ${data.to}.`] };
  },
  'track redact': async ({ call, typed, world }) => {
    await sure(typed, world, `Take ${typed.argument} out of all tracking data? This cannot be undone.`);
    const data = await call(api.redactTracking, { body: { address: typed.argument } });
    return { data, lines: [`Redacted. It was in ${data.messages} messages.`] };
  },
};

const isRunning = (call: api.Call): Promise<boolean> =>
  call(api.getCloud).then(
    () => true,
    (error: unknown) => !(error instanceof NotRunning),
  );

const cloud = (data: api.Cloud): Result => ({
  data,
  lines: say.cloudLines(data),
  ok: data.state !== 'failed',
});
const state = (data: api.ConfigState): Result => ({ data, lines: say.stateLines(data) });

async function submit({ call, typed }: Job, patch: Record<string, unknown>): Promise<Result> {
  return submitted(await call(api.submitConfig, { body: patch }), call, typed);
}

async function submitted(after: api.ConfigState, call: api.Call, typed: Typed): Promise<Result> {
  if (after.changes.length === 0) return { data: after, lines: ['It is so already. No Changes Pending'] };
  if (typed.commit) return commit(call, typed);
  const hint = 'Run "sightline appliance config commit" to make it live.';
  return { data: after, lines: [...say.stateLines(after), '', hint] };
}

async function commit(call: api.Call, { comment }: Typed): Promise<Result> {
  const data = await call(api.commitConfig, { body: { comment } });
  return { data, lines: ['Success - Your changes have been committed.', ...say.stateLines(data)] };
}

const WAIT_MS = 500;
const TRIES = 120;

/** Acts at once; waits up to a minute for what the exchange says to the token. */
async function register({ call, typed, world }: Job): Promise<Result> {
  const token = typed.argument === '-' ? (await world.input()).trim() : typed.argument;
  let now = await call(api.registerCloud, { body: { token } });
  for (let i = 0; i < TRIES && now.state === 'registering'; i++) {
    await world.sleep(WAIT_MS);
    now = await call(api.getCloud);
  }
  return { ...cloud(now), ok: now.state === 'registered' };
}

async function rollback({ call, typed, world }: Job): Promise<Result> {
  const params = { generation: Number(typed.argument) };
  const { changes } = await call(api.previewRollback, { params });
  if (changes.length > 0) {
    const diff = say.changeLines(changes).join('\n');
    await sure(typed, world, `${diff}\nRoll back to commit ${typed.argument}? This is live at once.`);
  }
  const data = await call(api.rollbackConfig, { params });
  return { data, lines: [`Rolled back to commit ${typed.argument}.`, ...say.stateLines(data)] };
}

async function importFile({ call, typed, world }: Job): Promise<Result> {
  const text = typed.argument === '-' ? await world.input() : await readFile(typed.argument, 'utf8');
  return submitted(await call(api.importConfig, { body: parsed(text, typed.argument) }), call, typed);
}

async function trace({ call, typed, world }: Job): Promise<Result> {
  const { from = '', to = [], ip, outgoing } = typed.envelope;
  if (to.length === 0) throw new Unclear('"trace" needs --to ADDRESS.');
  const bytes = typed.argument === '-' ? Buffer.from(await world.input()) : await readFile(typed.argument);
  const data = await call(api.traceMessage, {
    body: {
      message: bytes.toString('base64'),
      from,
      to,
      ...(ip === undefined ? {} : { ip }),
      direction: outgoing ? 'outgoing' : 'incoming',
    },
  });
  return { data, lines: say.traceLines(data), ok: data.refused === null };
}

function parsed(text: string, name: string): api.ConfigFile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new Unclear(`${name} is not JSON.`, { cause });
  }
  const file = api.ConfigFile.safeParse(data);
  if (!file.success) throw new Unclear(`${name}: ${file.error.issues[0]?.message}`);
  return file.data;
}

async function sure({ yes }: Typed, world: World, question: string): Promise<void> {
  if (yes) return;
  const answer = await world.ask(`${question} [y/N] `);
  if (answer === undefined) throw new Unclear('Nobody is here to confirm it: add --yes.');
  if (!/^y(es)?$/i.test(answer.trim())) throw new Unclear('Nothing was changed.');
}
