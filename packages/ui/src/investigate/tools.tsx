/** Tools of the relations graph: how it is moved, arranged, searched and saved. */
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconDownload,
  IconFocusCentered,
  IconHandStop,
  IconLayoutGrid,
  IconList,
  IconRefresh,
  IconSelectAll,
  IconTopologyStar3,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CanvasHandle } from './canvas.tsx';
import css from './relations.module.css';
import { useFullScreen } from './screen.ts';

export type PictureFormat = 'png' | 'svg' | 'graphml';

interface ToolsProps {
  asList: boolean;
  onList: () => void;
  mode: 'pan' | 'select';
  onMode: (mode: 'pan' | 'select') => void;
  grouped: boolean;
  canGroup: boolean;
  onGroup: () => void;
  /** Undefined: nothing to take back. */
  onUndo: (() => void) | undefined;
  onRedo: (() => void) | undefined;
  onSave: (format: PictureFormat) => void;
  canvas: () => CanvasHandle | null;
  section: () => HTMLElement | null;
  /** Filter and search, which stand before the tools. */
  children: ReactNode;
}

export function Tools(props: ToolsProps): ReactNode {
  const { asList } = props;
  const [full, toggleFull] = useFullScreen(props.section);
  return (
    <div className={css.tools} role="toolbar" aria-label="Graph tools">
      {props.children}
      <Tool label="Undo" off={!props.onUndo} onClick={() => props.onUndo?.()}>
        <IconArrowBackUp size={15} />
      </Tool>
      <Tool label="Redo" off={!props.onRedo} onClick={() => props.onRedo?.()}>
        <IconArrowForwardUp size={15} />
      </Tool>
      <span className={css.separator} />
      {!asList && <ViewTools {...props} />}
      <SaveMenu asList={asList} onSave={props.onSave} />
      <Tool label={asList ? 'Show as graph' : 'Show as list'} onClick={props.onList}>
        {asList ? <IconTopologyStar3 size={15} /> : <IconList size={15} />}
      </Tool>
      <Tool label={full ? 'Leave full screen' : 'Full screen'} onClick={toggleFull}>
        {full ? <IconArrowsMinimize size={15} /> : <IconArrowsMaximize size={15} />}
      </Tool>
    </div>
  );
}

function ViewTools({ mode, onMode, canvas, grouped, canGroup, onGroup }: ToolsProps): ReactNode {
  return (
    <>
      <Tool label="Pan" on={mode === 'pan'} onClick={() => onMode('pan')}>
        <IconHandStop size={15} />
      </Tool>
      <Tool label="Select with a box" on={mode === 'select'} onClick={() => onMode('select')}>
        <IconSelectAll size={15} />
      </Tool>
      <span className={css.separator} />
      <Tool label="Zoom in" onClick={() => canvas()?.zoom(1.25)}>
        <IconZoomIn size={15} />
      </Tool>
      <Tool label="Zoom out" onClick={() => canvas()?.zoom(0.8)}>
        <IconZoomOut size={15} />
      </Tool>
      <Tool label="Fit to view" onClick={() => canvas()?.fit()}>
        <IconFocusCentered size={15} />
      </Tool>
      <Tool label="Rearrange" onClick={() => canvas()?.rearrange()}>
        <IconRefresh size={15} />
      </Tool>
      {canGroup && (
        <Tool label={grouped ? 'Ungroup' : 'Group look-alikes'} on={grouped} onClick={onGroup}>
          <IconLayoutGrid size={15} />
        </Tool>
      )}
      <span className={css.separator} />
    </>
  );
}

const FORMATS: [PictureFormat, string][] = [
  ['png', 'Picture (PNG)'],
  ['svg', 'Drawing (SVG)'],
  ['graphml', 'Data (GraphML)'],
];

/** Pictures show what is on the canvas; data have everything that the filter lets through. */
function SaveMenu({ asList, onSave }: { asList: boolean; onSave: ToolsProps['onSave'] }): ReactNode {
  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <ActionIcon aria-label="Save the graph" title="Save the graph">
          <IconDownload size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.filter(([format]) => !asList || format === 'graphml').map(([format, label]) => (
          <Menu.Item key={format} onClick={() => onSave(format)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface ToolProps {
  label: string;
  on?: boolean;
  off?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ label, on, off, onClick, children }: ToolProps): ReactNode {
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        aria-pressed={on}
        data-on={on || undefined}
        disabled={off}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
