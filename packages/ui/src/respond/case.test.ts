import { expect, it } from 'vitest';
import { pageOf, sourceOf } from './case.ts';

const uuid = '0b6f4c1e-6f0e-4a55-9d4a-3a4b1e6c7d11';

it('names an incident so that people read it and its page is found again', () => {
  const source = sourceOf({
    kind: 'incident',
    id: `https://hub.example/ctia/incident/incident-${uuid}`,
    title: 'Invoice wave',
  });
  expect(source).toBe(`Incident Invoice wave (incident-${uuid})`);
  expect(pageOf(source)).toBe(`/incidents/incident-${uuid}`);
});

it('fits what is kept, however long a title is, with the id whole', () => {
  const source = sourceOf({ kind: 'casebook', id: `casebook-${uuid}`, title: 'x'.repeat(1024) });
  expect(source).toHaveLength(150);
  expect(source.endsWith(`… (casebook-${uuid})`)).toBe(true);
});

it('links nothing for words of a program', () => {
  expect(pageOf('incident 7')).toBeUndefined();
  expect(pageOf(`(incident-${uuid}) and more`)).toBeUndefined();
});
