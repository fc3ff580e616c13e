/** Sightings over time as bars; dragging over them chooses a range. Loaded when there are sightings. */
import { useMantineColorScheme } from '@mantine/core';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { absolute, type Zone } from '../kit/time.ts';
import { useZone } from '../kit/when.tsx';
import { type Bins, bins, snapped } from './bins.ts';
import type { SightingRow } from './facts.ts';
import { type Palette, palette } from './style.ts';
import css from './timeline.module.css';

interface TimelineProps {
  rows: SightingRow[];
  range: [number, number] | undefined;
  onRange: (range: [number, number] | undefined) => void;
}

const HEIGHT = 118;
const inner = (element: HTMLElement): number => element.clientWidth - 16;

export default function Timeline({ rows, range, onRange }: TimelineProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const choose = useRef(onRange);
  choose.current = onRange;
  const { zone } = useZone();
  const { colorScheme } = useMantineColorScheme();
  const data = useMemo(() => bins(rows), [rows]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme is read from the page
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const plot = new uPlot(
      options(inner(element), data, zone, palette(), (r) => choose.current(r)),
      series(data),
      element,
    );
    chart.current = plot;
    const watch = new ResizeObserver(() => plot.setSize({ width: inner(element), height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
      chart.current = undefined;
    };
  }, [data, zone, colorScheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new chart has to be told the range again
  useEffect(() => {
    const plot = chart.current;
    if (plot) select(plot, range);
  }, [range, data, zone, colorScheme]);

  return <div ref={box} className={css.timeline} aria-hidden="true" />;
}

/** Nothing, not a bar of no height, where there was nothing. */
const series = ({ starts, width, internal, global }: Bins): uPlot.AlignedData => [
  starts.map((s) => (s + width / 2) / 1000),
  internal.map((n, i) => n + (global[i] ?? 0) || null),
  internal.map((n) => n || null),
];

/** `17:00`, and the day instead of midnight. */
function tick(seconds: number, zone: Zone): string {
  const text = absolute(seconds * 1000, zone);
  return text.endsWith('00:00:00') ? text.slice(5, 10) : text.slice(11, 16);
}

function select(plot: uPlot, range: [number, number] | undefined): void {
  if (!range) {
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    return;
  }
  const left = plot.valToPos(range[0] / 1000, 'x');
  const right = plot.valToPos(range[1] / 1000, 'x');
  plot.setSelect({ left, width: right - left, top: 0, height: plot.over.clientHeight }, false);
}

function options(
  width: number,
  data: Bins,
  zone: Zone,
  colours: Palette,
  onRange: (range: [number, number] | undefined) => void,
): uPlot.Options {
  const bars = uPlot.paths.bars?.({ size: [0.82, 28, 2], radius: 0.12 });
  const axis = {
    stroke: colours.muted,
    font: '11px system-ui, sans-serif',
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
  const last = (data.starts.at(-1) ?? 0) + data.width;
  const shape = { ...(bars ? { paths: bars } : {}), points: { show: false } };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    padding: [6, 20, 0, 0],
    ...(zone === 'utc' ? { tzDate: (ts: number) => uPlot.tzDate(new Date(ts * 1000), 'Etc/UTC') } : {}),
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    scales: {
      x: { time: true, range: () => [(data.starts[0] ?? 0) / 1000, last / 1000] },
      y: { range: (_, __, max) => [0, Math.max(Math.ceil(max * 1.1), 2)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: 24,
        values: (_, at) => at.map((seconds) => tick(seconds, zone)),
      },
      { ...axis, size: 34, space: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] },
    ],
    series: [
      {},
      { label: 'Elsewhere', fill: colours.unknown, stroke: colours.unknown, ...shape },
      { label: 'In my environment', fill: colours.accent, stroke: colours.accent, ...shape },
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select;
          if (wide < 3) return onRange(undefined);
          const from = plot.posToVal(left, 'x') * 1000;
          onRange(snapped([from, plot.posToVal(left + wide, 'x') * 1000], data));
        },
      ],
    },
  };
}
