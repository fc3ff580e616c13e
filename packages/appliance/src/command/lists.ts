/** Commands for blocklists and safelists. */
import { readFile, writeFile } from 'node:fs/promises';
import * as api from '@sightline/api';
import type { Name, Typed } from './args.ts';
import type { Result, World } from './run.ts';

interface Job {
  call: api.Call;
  typed: Typed;
  world: Pick<World, 'input'>;
}

type ListCommand = Extract<Name, `block ${string}` | `unblock ${string}` | `lists ${string}`>;

const listOf = ({ safe }: Typed): api.ListName => (safe ? 'safe' : 'block');

async function block({ call, typed }: Job): Promise<Result> {
  const kind = api.ListKind.parse(typed.name.split(' ')[1]);
  const reason = typed.reason || 'Entered at the command line';
  const items = [{ kind, value: typed.argument }];
  const body = { list: listOf(typed), items, reason, hours: typed.hours ?? null };
  const data = await call(api.addToList, { body });
  const until = typed.hours === undefined ? 'until it is removed' : `for ${typed.hours} hours`;
  const what = typed.safe ? 'On the safelist' : 'Blocked';
  return { data, lines: [`${what}, from the next message on, ${until}: ${kind} ${typed.argument}`] };
}

async function unblock({ call, typed }: Job): Promise<Result> {
  const kind = api.ListKind.parse(typed.name.split(' ')[1]);
  const reason = typed.reason || 'Removed at the command line';
  const items = [{ kind, value: typed.argument }];
  const data = await call(api.removeFromList, { body: { list: listOf(typed), items, reason } });
  const line = data.removed > 0 ? 'Removed.' : `There is no such entry: ${kind} ${typed.argument}`;
  return { data, lines: [line], ok: data.removed > 0 };
}

async function show({ call, typed }: Job): Promise<Result> {
  const text = typed.argument === '' ? {} : { text: typed.argument };
  const data = await call(api.listEntries, { query: { ...text, limit: 1000 } });
  const lines = data.entries.map(
    (e) =>
      `${e.list.padEnd(5)}  ${e.kind.padEnd(10)}  ${e.value}  ${e.expires ?? 'no end'}  ${e.actor}: ${e.reason}`,
  );
  return { data, lines: [...lines, `${data.total} entries`] };
}

async function written({ call, typed }: Job): Promise<Result> {
  const csv = await call(api.exportList);
  if (typed.argument === '' || typed.argument === '-') return { data: { csv }, lines: [csv.trimEnd()] };
  await writeFile(typed.argument, csv, { mode: 0o600, flag: 'wx' });
  return { data: { file: typed.argument }, lines: [`Written to ${typed.argument}.`] };
}

async function taken({ call, typed, world }: Job): Promise<Result> {
  const csv = typed.argument === '-' ? await world.input() : await readFile(typed.argument, 'utf8');
  const body = { csv, ...(typed.reason ? { reason: typed.reason } : {}) };
  const data = await call(api.importList, { body });
  return { data, lines: [`${data.added} entries are in force.`] };
}

async function apply({ call, typed }: Job): Promise<Result> {
  const how = api.ListApplication.shape.do.parse(typed.argument);
  const reason = typed.reason || 'Applied at the command line';
  const data = await call(api.applyList, { body: { do: how, reason } });
  const { looked, queue, quarantine } = data;
  return {
    data,
    lines: [`${looked} messages looked at; of the queue: ${queue}, in quarantines: ${quarantine}.`],
  };
}

const perKind = <V extends 'block' | 'unblock'>(verb: V, run: (job: Job) => Promise<Result>) =>
  Object.fromEntries(api.ListKind.options.map((kind) => [`${verb} ${kind}`, run])) as Record<
    `${V} ${api.ListKind}`,
    (job: Job) => Promise<Result>
  >;

export const LISTS: Record<ListCommand, (job: Job) => Promise<Result>> = {
  ...perKind('block', block),
  ...perKind('unblock', unblock),
  'lists show': show,
  'lists export': written,
  'lists import': taken,
  'lists apply': apply,
};
