import { expect, it } from 'vitest';
import { type FileAnswer, textOf, told } from './files.ts';

const answer: FileAnswer = {
  kind: 'eml',
  found: [
    { type: 'email_subject', value: 'A "quoted" one', part: 'header', confidence: 'certain' },
    { type: 'file_name', value: 'setup.zip', part: 'body', confidence: 'ambiguous', alternative: 'domain' },
    { type: 'sha256', value: 'a'.repeat(64), part: 'attachment', confidence: 'certain' },
  ],
  notes: ['Messages are nested more than 8 deep.'],
};

it('writes what is certain typed and what is doubtful bare', () => {
  expect(textOf(answer)).toBe(`email_subject:"A \\"quoted\\" one"\nsetup.zip\nsha256:"${'a'.repeat(64)}"`);
});

it('says how many stood where, and what could not be read', () => {
  expect(told(answer)).toBe(
    '3 observables: 1 in the header, 1 in the body, 1 of attachments. Messages are nested more than 8 deep.',
  );
  expect(told({ kind: 'text', found: [], notes: [] })).toBe('0 observables.');
});
