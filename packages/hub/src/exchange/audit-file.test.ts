import { expect, test } from 'vitest';
import { auditFile, auditFileName, cell } from './audit-file.ts';

const line = {
  org_id: 'o',
  seq: 1,
  at: 0,
  actor: '=HYPERLINK("http://evil.example")',
  action: 'test.done',
  object: 'a,b',
  text: 'line\r\nbreak',
  peer: '127.0.0.1',
  hash: 'ff',
};
async function* pages() {
  yield [line];
  yield [{ ...line, seq: 2 }];
}
async function whole(format: 'csv' | 'json'): Promise<string> {
  let text = '';
  for await (const part of auditFile(pages(), format)) text += part;
  return text;
}

test('CSV: quoted, and no cell is a formula', async () => {
  const text = await whole('csv');
  expect(text.split('\r\n')[0]).toBe('seq,at,actor,action,object,text,peer,hash');
  expect(text).toContain(
    `"1","1970-01-01T00:00:00.000Z","'=HYPERLINK(""http://evil.example"")","test.done","a,b"`,
  );
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
    expect(cell(`${start}1`)).toBe(`"'${start}1"`);
});

test('JSON: one entry a line, as it is kept', async () => {
  const lines = (await whole('json')).trim().split('\n');
  expect(lines.map((text) => JSON.parse(text))).toMatchObject([
    { seq: 1, at: '1970-01-01T00:00:00.000Z', actor: line.actor, text: line.text, hash: 'ff' },
    { seq: 2 },
  ]);
  expect(auditFileName('json', 0)).toBe('audit-1970-01-01.jsonl');
});
