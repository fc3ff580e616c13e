import { beforeEach, expect, it } from 'vitest';
import { recent, remember } from './recent.ts';

let kept: Map<string, string>;
const storage = (): Storage =>
  ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }) as unknown as Storage;
const entry = (text: string, at = 1) => ({ text, at, observables: 1, sightings: 2 });

beforeEach(() => {
  kept = new Map();
});

it('keeps the last eight, newest first, each text once', () => {
  for (let i = 0; i < 12; i++) remember(entry(`q${i % 10}`, i), storage());
  expect(recent(storage()).map((r) => r.text)).toEqual(['q1', 'q0', 'q9', 'q8', 'q7', 'q6', 'q5', 'q4']);
});

it('takes damaged storage for an empty list', () => {
  kept.set('sightline.recent', '{"not": "a list"}');
  expect(recent(storage())).toEqual([]);
  kept.set('sightline.recent', '[{"text": 1}, {"text":"ok","at":1,"observables":1,"sightings":0}]');
  expect(recent(storage()).map((r) => r.text)).toEqual(['ok']);
  kept.set('sightline.recent', '{{{');
  expect(recent(storage())).toEqual([]);
});
