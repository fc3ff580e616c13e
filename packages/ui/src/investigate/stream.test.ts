import type { InvestigationLine } from '@sightline/api';
import { expect, it } from 'vitest';
import { answered, mail, NOON, o } from './fixture.ts';
import { again, begin, fold, hits, join, stop, widen } from './stream.ts';

const subject = o('email_subject', 'test test');
const [a, b] = [answered('a', [mail(1, [subject], [])]), answered('b', [])];
const start: InvestigationLine = { type: 'start', observables: [subject], modules: [a.ref, b.ref] };
const line = ({ ref, state, data, errors }: typeof a): InvestigationLine => ({
  type: 'module',
  module: ref,
  state: state as 'ok',
  ms: 5,
  data,
  errors,
});
const states = (run: ReturnType<typeof begin>): string[] => run.modules.map((m) => m.state);

it('shows every module from the start, each with its answer as it comes', () => {
  let run = fold(begin([subject], NOON), start);
  expect([run.phase, ...states(run)]).toEqual(['running', 'running', 'running']);
  run = fold(run, line(b));
  expect(states(run)).toEqual(['running', 'ok']);
  run = fold(fold(run, line(a)), { type: 'end', ms: 42 });
  expect([run.phase, run.ms, ...states(run)]).toEqual(['done', 42, 'ok', 'ok']);
  expect(run.modules.map((m) => hits(m.data))).toEqual([1, 0]);
});

it('keeps what came when it is stopped', () => {
  const run = stop(fold(fold(begin([subject], NOON), start), line(a)), 'stopped', NOON + 900);
  expect([run.phase, run.ms, ...states(run)]).toEqual(['stopped', 900, 'ok', 'stopped']);
  expect(hits(run.modules[0]?.data ?? {})).toBe(1);
});

it('asks one module again without touching the others', () => {
  const finished = fold(fold(fold(begin([subject], NOON), start), line(a)), { type: 'end', ms: 1 });
  const run = again(finished, b.ref.module_instance_id);
  expect(states(run)).toEqual(['ok', 'running']);
  expect(states(fold(run, line(b)))).toEqual(['ok', 'ok']);
});

it('adds what is known of one more observable, each sighting once', () => {
  const finished = fold(fold(fold(begin([subject], NOON), start), line(a)), { type: 'end', ms: 1 });
  const wide = widen(finished, 'email:x@example.com');
  expect([wide.expanded, ...states(wide)]).toEqual([['email:x@example.com'], 'running', 'running']);
  const more = answered('a', [mail(1, [subject], []), mail(2, [subject], [])]);
  const run = join(join(join(wide, start), line(more)), { type: 'end', ms: 9 });
  expect(run.observables).toEqual([subject]);
  expect(run.modules.map((m) => hits(m.data))).toEqual([2, 0]);
  expect([run.phase, run.ms]).toEqual(['done', 1]);
});
