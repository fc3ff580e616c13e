import { fail, type InvestigationLine } from '@sightline/api';
import { isoTime, SCHEMA_VERSION } from '@sightline/ctim';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Found, Limits } from '../module/kind.ts';
import { enriched } from './enrich.ts';
import { lanes } from './lanes.ts';
import { type Asking, type RunDeps, run } from './run.ts';

const log = pino({ level: 'silent' });
const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const observables = [{ type: 'email_subject' as const, value: 'test test' }];

const sighting = (id: string, more: object = {}) => ({
  type: 'sighting',
  id: `transient:sighting-${id}`,
  schema_version: SCHEMA_VERSION,
  observed_time: { start_time: '2026-01-01T02:00:00+01:00' },
  confidence: 'High',
  count: 1,
  ...more,
});
const verdict = (more: object = {}) => ({
  type: 'verdict',
  disposition: 2,
  observable: observables[0],
  valid_time: {},
  ...more,
});
const found = (entities: Found['entities'], errors: Found['errors'] = []): Found => ({ entities, errors });

let count = 0;
const module = (name: string, ask?: Asking['ask']): Asking => ({
  ref: {
    module: name,
    module_instance_id: `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`,
    module_type_id: 'd6a74bb9-6179-5c88-8599-c1e45e96d2e1',
  },
  ...(ask ? { ask } : {}),
});

const deps = (more: Partial<RunDeps> = {}): RunDeps => ({
  lanes: lanes(),
  clock: () => now,
  log,
  signal: new AbortController().signal,
  ...more,
});
async function all(modules: Asking[], more: Partial<RunDeps> = {}): Promise<InvestigationLine[]> {
  const lines: InvestigationLine[] = [];
  for await (const line of run(observables, modules, deps(more))) lines.push(line);
  return lines;
}
type ModuleLine = Extract<InvestigationLine, { type: 'module' }>;
const linesOf = (lines: InvestigationLine[]): ModuleLine[] => lines.filter((l) => l.type === 'module');
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<never>(() => {});

describe('an investigation', () => {
  it('starts with what is asked of whom, hands on answers as they come, and ends', async () => {
    const slow = module('slow', () => wait(80).then(() => found({})));
    const quick = module('quick', async () => found({ sightings: [sighting('1')] }));
    const lines = await all([slow, quick]);
    expect(lines.map((l) => (l.type === 'module' ? l.module.module : l.type))).toEqual([
      'start',
      'quick',
      'slow',
      'end',
    ]);
    expect(lines[0]).toEqual({ type: 'start', observables, modules: [slow.ref, quick.ref] });
    const [first] = linesOf(lines);
    expect(first).toMatchObject({ state: 'ok', errors: [], data: { sightings: { count: 1 } } });
    expect(first?.data.sightings?.docs[0]?.observed_time).toEqual({ start_time: '2026-01-01T01:00:00.000Z' });
  });

  it('keeps good answers beside modules that fail, hang and lie', async () => {
    const good = module('good', async () => found({ sightings: [sighting('1'), sighting('2')] }));
    const modules = [
      good,
      module('hangs', never),
      module('offline', () => Promise.reject(fail('device_offline', { device: 'esa03', since: 'noon' }))),
      module('off', () => Promise.reject(fail('service_not_enabled', { region: 'EUROPE' }))),
      module('late', () => Promise.reject(fail('device_timeout', { device: 'esa03', seconds: '15' }))),
      module('crashes', () => {
        throw new TypeError('secret internals');
      }),
      module('nonsense', async () => 'what?' as unknown as Found),
      module('lies', async () =>
        found({
          sightings: [sighting('3'), { type: 'sighting' }, 7, null, sighting('4', { module: 'good' })],
          verdicts: [verdict(), verdict({ observable: { type: 'ip', value: '192.0.2.1' } })],
        }),
      ),
    ];
    const lines = linesOf(await all(modules, { moduleMs: 60 }));
    const by = (name: string) => lines.find((l) => l.module.module === name);
    expect(lines).toHaveLength(modules.length);
    expect(by('good')).toMatchObject({ state: 'ok', data: { sightings: { count: 2 } } });
    const error = (name: string) => ({ state: by(name)?.state, ...by(name)?.errors[0] });
    expect(error('hangs')).toMatchObject({
      state: 'error',
      code: 'module-timeout',
      type: 'warning',
      message: "There was a timeout in the 'hangs' module",
      module: 'hangs',
    });
    expect(error('offline')).toMatchObject({ code: 'device-offline', type: 'error' });
    expect(error('offline').message).toContain('esa03 is offline since noon');
    expect(error('off')).toMatchObject({ code: 'service-not-enabled', type: 'fatal' });
    expect(error('late')).toMatchObject({ code: 'module-timeout', type: 'warning' });
    for (const name of ['crashes', 'nonsense']) {
      expect(error(name)).toMatchObject({ code: 'internal-error', type: 'fatal' });
      expect(error(name).message).not.toContain('secret');
    }
    expect(by('lies')).toMatchObject({
      state: 'partial',
      data: { sightings: { count: 1 }, verdicts: { count: 1 } },
      errors: [{ code: 'invalid-entities-warning' }, { code: 'invalid-entities-warning' }],
    });
    expect(by('lies')?.errors[0]?.message).toMatch(/^4 of the sightings /);
  });

  it('completes verdicts and stamps errors with whose they are', async () => {
    const claims = { code: 'too-many-messages-warning', message: 'there are more', type: 'warning' as const };
    const asked = module('mine', async () =>
      found({ verdicts: [verdict({ disposition_name: 'Clean' })] }, [
        { ...claims, module: 'another', module_instance_id: 'x' } as typeof claims,
      ]),
    );
    const [line] = linesOf(await all([asked]));
    expect(line?.data.verdicts?.docs[0]).toEqual({
      type: 'verdict',
      disposition: 2,
      disposition_name: 'Malicious',
      observable: observables[0],
      valid_time: { start_time: isoTime(now), end_time: '2525-01-01T00:00:00.000Z' },
    });
    expect(line?.errors).toEqual([{ ...asked.ref, ...claims }]);
    expect(line?.state).toBe('partial');
  });

  it('tells modules how long they have, and aborts their signal at the end of it', async () => {
    let limits: Limits | undefined;
    const hangs = module('hangs', (_, given) => {
      limits = given;
      return never();
    });
    const began = performance.now();
    await all([hangs], { moduleMs: 10_000, wholeMs: 50 });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(limits?.deadlineMs).toBeGreaterThan(0);
    expect(limits?.deadlineMs).toBeLessThanOrEqual(50);
    expect(limits?.signal.aborted).toBe(true);
  });

  it('stops asking when nobody waits any more', async () => {
    const reader = new AbortController();
    let signal: AbortSignal | undefined;
    const hangs = module('hangs', (_, limits) => {
      signal = limits.signal;
      return never();
    });
    const lines = run(observables, [hangs], deps({ signal: reader.signal }));
    expect((await lines.next()).value).toMatchObject({ type: 'start' });
    const next = lines.next();
    await wait(10);
    reader.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(signal?.aborted).toBe(true);
  });

  it('leaves a module out of turn no more places than it may have', async () => {
    const places = lanes(2, 3, 10);
    let inside = 0;
    let most = 0;
    const counted = async () => {
      most = Math.max(most, ++inside);
      await wait(20);
      inside -= 1;
      return found({});
    };
    const same = module('same', counted);
    await Promise.all(Array.from({ length: 6 }, () => all([same], { lanes: places })));
    expect(most).toBe(2);
    most = 0;
    await all(
      Array.from({ length: 6 }, (_, i) => module(`m${i}`, counted)),
      { lanes: places },
    );
    expect(most).toBe(3);
  });

  it('refuses what no longer fits in the line, and gives up waiting at the deadline', async () => {
    const places = lanes(1, 1, 1);
    const asked = module('busy', never);
    const lines = await Promise.all([1, 2, 3].map(() => all([asked], { lanes: places, moduleMs: 60 })));
    const codes = lines.map((l) => linesOf(l)[0]?.errors[0]?.code).sort();
    expect(codes).toEqual(['module-timeout', 'module-timeout', 'too-many-requests']);
  });
});

describe('the envelope of the enrich calls', () => {
  const envelope = (modules: Asking[]) => enriched(run(observables, modules, deps()), () => 'SomeModule');

  it('shows modules without findings, and no errors when there are none', async () => {
    const nothing = module('nothing');
    expect(await envelope([nothing])).toEqual({
      data: [{ ...nothing.ref, 'module-type': 'SomeModule', data: {} }],
    });
  });

  it('shows partial results both as data and as errors, failures as errors only', async () => {
    const warning = { code: 'too-many-messages-warning', message: 'more', type: 'warning' as const };
    const partial = module('partial', async () => found({ sightings: [sighting('1')] }, [warning]));
    const failed = module('failed', () =>
      Promise.reject(fail('device_offline', { device: 'a', since: 'b' })),
    );
    const { data, errors } = await envelope([partial, failed]);
    expect(data.map((d) => d.module)).toEqual(['partial']);
    expect(errors?.map((e) => [e.module, e.code]).sort()).toEqual([
      ['failed', 'device-offline'],
      ['partial', 'too-many-messages-warning'],
    ]);
  });
});
