/** The envelope of CTR's enrich calls, made from the lines of an investigation. Pure. */
import type { Enriched, InvestigationLine, ModuleError } from '@sightline/api';

/** In the order of the modules, whichever answered first. `moduleType` is what old clients read as `module-type`. */
export async function enriched(
  lines: AsyncIterable<InvestigationLine>,
  moduleType: (instanceId: string) => string,
): Promise<Enriched> {
  const data: Enriched['data'] = [];
  const errors: ModuleError[] = [];
  let order: string[] = [];
  for await (const line of lines) {
    if (line.type === 'start') order = line.modules.map((module) => module.module_instance_id);
    if (line.type !== 'module') continue;
    errors.push(...line.errors);
    if (line.state === 'error') continue;
    data.push({ ...line.module, 'module-type': moduleType(line.module.module_instance_id), data: line.data });
  }
  const inOrder = <T extends { module_instance_id: string }>(all: T[]): T[] =>
    all.toSorted((a, b) => order.indexOf(a.module_instance_id) - order.indexOf(b.module_instance_id));
  return errors.length > 0 ? { data: inOrder(data), errors: inOrder(errors) } : { data: inOrder(data) };
}

/** `?mids=` once, several times or not at all. */
export const idsOf = (mids: string | string[] | undefined): string[] | undefined =>
  mids === undefined ? undefined : [mids].flat();
