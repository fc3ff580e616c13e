/** What benchmarks do in a browser: a graph of any size is opened and dragged, and its frames are counted; pages are opened. */
import { type Call, type SnapshotRun, saveSnapshot } from '@sightline/api';

import { enter } from '@sightline/demo/steps';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Observable, Sighting } from '../packages/ctim/src/index.ts';
import { logInAt } from './acts.ts';
import build from './build.ts';
import { LOGIN, ORGANISATION, openSystem, type System } from './system.ts';

/** A portal that has been set up, and a page in which somebody is logged in. */
export async function openPortal(): Promise<{ system: System; hub: string; call: Call; page: Page }> {
  build();
  const system = await openSystem();
  const { url, setupToken } = system.world.hubs.AMERICAS;
  const { call } = await enter(url, LOGIN, setupToken, ORGANISATION);
  const page = await system.page();
  page.setDefaultTimeout(60_000);
  await logInAt(page, url);
  return { system, hub: url, call, page };
}

/** Keeps a graph as a snapshot: nothing is grouped, so that every node is drawn. Returns its id. */
export async function keepGraph(call: Call, edges: [Observable, Observable][]): Promise<string> {
  const none = { picked: [], how: 'hide' as const };
  const view = { grouping: false, loose: [], types: none, verbs: none, away: [], folded: [], positions: {} };
  const body = { name: 'graph', description: '', shared: false, run: runOf(edges), view };
  return (await call(saveSnapshot, { body })).id;
}

function runOf(edges: [Observable, Observable][]): SnapshotRun {
  const start_time = new Date().toISOString();
  const docs = Array.from({ length: Math.ceil(edges.length / 20) }, (_, i): Sighting => {
    const own = edges.slice(20 * i, 20 * i + 20);
    return {
      type: 'sighting',
      id: `transient:sighting-${i}`,
      schema_version: '1.3.29',
      confidence: 'High',
      count: 1,
      observed_time: { start_time },
      relations: own.map(([source, related]) => ({ origin: 'bench', relation: 'Sent_To', source, related })),
    };
  });
  const id = '00000000-0000-4000-8000-000000000001';
  const ref = { module: 'bench', module_instance_id: id, module_type_id: id };
  const data = { sightings: { count: docs.length, docs } };
  const first = edges[0]?.[0];
  return {
    started: Date.now(),
    ms: 1,
    observables: first ? [first] : [],
    expanded: [],
    modules: [{ ref, state: 'ok', ms: 1, data, errors: [] }],
  };
}

/** Opens a kept graph; returns when it is laid out, with the longest time that the page's thread was busy, ms. */
export async function openGraph(page: Page, hub: string, id: string): Promise<number> {
  await page.addInitScript(() => {
    const long: number[] = [];
    Object.assign(globalThis, { long });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) long.push(entry.duration);
    }).observe({ entryTypes: ['longtask'] });
  });
  await page.goto(`${hub}/investigate?snapshot=${id}`);
  await page.locator('[role=application][aria-busy=false]').waitFor();
  await page.waitForFunction(painted);
  return page.evaluate(() => Math.max(0, ...(globalThis as unknown as { long: number[] }).long));
}

/** There is something on the canvas. */
function painted(): boolean {
  const canvas = [...document.querySelectorAll<HTMLCanvasElement>('[role=application] canvas')];
  return canvas.some((one) => {
    const pixels = one.getContext('2d')?.getImageData(0, 0, one.width, one.height).data ?? [];
    for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 0) return true;
    return false;
  });
}

export interface Drag {
  fps: number;
  /** Longest time between two frames, ms. */
  worstMs: number;
}

/** Drags the empty plane about with the mouse, and counts the frames that the page drew meanwhile. */
export async function drag(page: Page, ms: number): Promise<Drag> {
  const box = await page.getByRole('application').boundingBox();
  if (!box) throw new Error('There is no graph on the page.');
  const [x, y] = [box.x + 12, box.y + 12];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(globalThis, { frames });
    const next = (at: number): void => {
      frames.push(at);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  const end = Date.now() + ms;
  for (let i = 0; Date.now() < end; i++)
    await page.mouse.move(x + 150 + 140 * Math.sin(i / 9), y + 120 + 110 * Math.cos(i / 7));
  await page.mouse.up();
  const frames = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames);
  const gaps = frames.slice(1).map((at, i) => at - (frames[i] ?? at));
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  return { fps: (1000 * gaps.length) / total, worstMs: Math.max(...gaps) };
}

/** How a page came. */
export interface Load {
  ms: number;
  requests: number;
  /** Kilobytes, as they were sent. */
  kb: number;
}

/** Opens a page in a browser that has the session and nothing else; `has` finds what the page is for. */
export async function load(
  browser: Browser,
  session: Awaited<ReturnType<BrowserContext['storageState']>>,
  url: string,
  has: string,
): Promise<Load> {
  const context = await browser.newContext({ storageState: session, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((wanted) => {
    const loading = '[role=status][aria-label=Loading]';
    const look = (): void => {
      const ready = document.querySelector(wanted) && document.querySelector('h1');
      if (ready && !document.querySelector(loading)) Object.assign(globalThis, { usable: performance.now() });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, has);
  await page.goto(url);
  await page.waitForFunction(() => 'usable' in globalThis);
  const found = await page.evaluate(() => {
    const all = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const bytes = all.reduce((sum, { transferSize }) => sum + transferSize, 0);
    const ms = (globalThis as unknown as { usable: number }).usable;
    return { ms, requests: all.length + 1, kb: Math.round(bytes / 1000) };
  });
  await context.close();
  return found;
}
