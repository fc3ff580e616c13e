/**
 * npm run bench -- graph [--nodes 1000] [--edges 2000] [--seconds 5]: the relations graph in a Chromium that draws without
 * a GPU, from three seeds. Frames a second while it is dragged, with all of it in view and close enough to read; and
 * the longest time that the page's own thread was busy until it stood, since the layout is computed beside it.
 */
import { parseArgs } from 'node:util';
import type { Observable, ObservableType } from '../packages/ctim/src/index.ts';
import { drag, keepGraph, openGraph, openPortal } from '../test/measured.ts';
import { Draw } from './mail.ts';
import { spread } from './spread.ts';

const SEEDS = [1, 2, 3];
const TYPES: ObservableType[] = ['email', 'domain', 'ip', 'url', 'sha256', 'file_name', 'cisco_mid'];

/** Every node has an edge to an earlier one, the earliest most; the rest of the edges are anywhere. */
function edgesOf(seed: number, nodes: number, edges: number): [Observable, Observable][] {
  const draw = new Draw(seed, 0, 0);
  const all = Array.from({ length: nodes }, (_, i): Observable => {
    const type = TYPES[i % TYPES.length] as ObservableType;
    return { type, value: `node-${i}.example.net` };
  });
  const pairs = new Map<string, [Observable, Observable]>();
  const tie = (a: number, b: number): void => {
    const [from, to] = [all[a], all[b]];
    if (from && to && a !== b) pairs.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [from, to]);
  };
  for (let i = 1; i < nodes; i++) tie(draw.skewed(i), i);
  while (pairs.size < edges) tie(draw.below(nodes), draw.skewed(nodes));
  return [...pairs.values()];
}

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      nodes: { type: 'string', default: '1000' },
      edges: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '5' },
    },
  });
  const ms = Number(values.seconds) * 1000;
  const { system, hub, call, page } = await openPortal();
  const runs: Record<'whole' | 'close' | 'worst' | 'busy', number[]> = {
    whole: [],
    close: [],
    worst: [],
    busy: [],
  };
  for (const seed of SEEDS) {
    const id = await keepGraph(call, edgesOf(seed, Number(values.nodes), Number(values.edges)));
    runs.busy.push(await openGraph(page, hub, id));
    const whole = await drag(page, ms);
    await page.getByRole('application').focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press('+');
    const close = await drag(page, ms);
    runs.whole.push(whole.fps);
    runs.close.push(close.fps);
    runs.worst.push(Math.max(whole.worstMs, close.worstMs));
    console.error(`seed ${seed}: ${Math.round(whole.fps)} and ${Math.round(close.fps)} frames a second`);
  }
  await system.close();
  return {
    bench: 'graph',
    nodes: Number(values.nodes),
    edges: Number(values.edges),
    seeds: SEEDS,
    fps_whole: spread(runs.whole),
    fps_close: spread(runs.close),
    worst_frame_ms: spread(runs.worst),
    longest_task_ms: spread(runs.busy),
  };
}
