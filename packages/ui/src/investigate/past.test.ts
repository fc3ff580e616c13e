import { expect, it } from 'vitest';
import { past, redo, step, undo } from './past.ts';

it('goes back and forth, and forgets what was undone once something else is done', () => {
  const three = step(step(past(1), 2), 3);
  const back = undo(undo(three));
  expect([back.now, redo(back).now, redo(redo(back)).now]).toEqual([1, 2, 3]);
  expect(undo(back)).toEqual(back);
  expect(redo(three)).toEqual(three);
  const other = step(back, 9);
  expect(redo(other).now).toBe(9);
  expect(undo(other).now).toBe(1);
});

it('keeps a hundred steps', () => {
  let p = past(0);
  for (let i = 1; i <= 150; i++) p = step(p, i);
  for (let i = 0; i < 200; i++) p = undo(p);
  expect(p.now).toBe(50);
});
