/** Every setting of the configuration is in a form: the names of the schema, looked for in the pages' sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Config, VERDICTS } from '@sightline/api';
import { expect, it } from 'vitest';

interface Schema {
  def: {
    type: string;
    shape?: Record<string, Schema>;
    innerType?: Schema;
    element?: Schema;
    options?: Schema[];
    in?: Schema;
    out?: Schema;
    valueType?: Schema;
  };
}

/** Names of all fields, of entries of lists too. */
function names({ def }: Schema): string[] {
  const { shape, innerType, element, options, valueType } = def;
  // A pipe ends in what the document holds, unless that is a function.
  const pipe = def.out?.def.type === 'transform' ? def.in : def.out;
  const inner = [innerType, element, pipe, valueType, ...(options ?? [])].filter((one) => one !== undefined);
  const own = Object.entries(shape ?? {}).flatMap(([key, one]) => [key, ...names(one)]);
  return [...new Set([...own, ...inner.flatMap(names)])];
}

const dir = fileURLToPath(new URL('.', import.meta.url));
const source = readdirSync(dir, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts') && !file.endsWith('config/change.ts'))
  .map((file) => readFileSync(join(dir, file), 'utf8'))
  .join('\n');

it('leaves no setting to the configuration file alone', () => {
  // Pages go through the list of verdicts.
  const all = names(Config as unknown as Schema).filter((name) => !(name in VERDICTS));
  expect(all.length).toBeGreaterThan(100);
  expect(all).toEqual(
    expect.arrayContaining(['deadlineSeconds', 'partialReject', 'recipientsPerHour', 'networks']),
  );
  expect(all.filter((name) => !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
});
