/** The menu of what can be done with an observable, wherever on a page that stands. */
import { Menu } from '@mantine/core';
import { defang, type Observable } from '@sightline/ctim';
import { IconChevronDown, IconCopy, IconPlus, IconSearch, IconShieldOff } from '@tabler/icons-react';
import { type ComponentType, createContext, type ReactNode, Suspense, useContext } from 'react';
import { copyText } from './copy.tsx';
import { notify, notifyProblem } from './notify.ts';
import { typeName } from './observable.ts';
import css from './tag.module.css';
import { visible } from './text.ts';

/** What this program can do with an observable; the console offers nothing but copying. */
export interface Pivots {
  investigate?: (observable: Observable) => void;
  /** Add to the investigation that is on this page, or that was looked at last. */
  add?: (observable: Observable) => void;
}
const PivotContext = createContext<Pivots>({});
export const PivotProvider = PivotContext.Provider;

/** Further items of the menu. They are rendered only while it is open, so they may ask for what they show. */
export type PivotItems = ComponentType<{ observable: Observable }>;
const ItemsContext = createContext<readonly PivotItems[]>([]);
export const PivotItemsProvider = ItemsContext.Provider;

/** What stands at the top of the menu: what is thought of the observable. */
const HeadContext = createContext<PivotItems | undefined>(undefined);
export const PivotHeadProvider = HeadContext.Provider;

export const nameOf = ({ type, value }: Observable): string => `${typeName(type)} ${visible(value)}`;

/** The small button that opens the menu. */
export function PivotMenu({ observable }: { observable: Observable }): ReactNode {
  return (
    <Menu position="bottom-start" width={270}>
      <Menu.Target>
        <button
          type="button"
          data-pivot
          className={css.more}
          aria-label={`Actions for ${nameOf(observable)}`}
        >
          <IconChevronDown size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={css.menu ?? ''}>
        <PivotEntries observable={observable} />
      </Menu.Dropdown>
    </Menu>
  );
}

interface PivotAtProps {
  observable: Observable;
  /** Pixels from the corner of the frame that it is placed in. */
  at: { x: number; y: number };
  onClose: () => void;
}

const AWAY = ['mousedown', 'touchstart'];

/** The same menu at a point, e.g. of a picture; open until it is closed. */
export function PivotAt({ observable, at, onClose }: PivotAtProps): ReactNode {
  return (
    <Menu
      opened
      onClose={onClose}
      position="bottom-start"
      width={270}
      hideDetached={false}
      // Not `keydown`: the key that opened it is still on its way to the document.
      clickOutsideEvents={AWAY}
    >
      <Menu.Target>
        <span style={{ position: 'absolute', left: at.x, top: at.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown className={css.menu ?? ''} aria-label={`Actions for ${nameOf(observable)}`}>
        <PivotEntries observable={observable} />
      </Menu.Dropdown>
    </Menu>
  );
}

function PivotEntries({ observable }: { observable: Observable }): ReactNode {
  const pivots = useContext(PivotContext);
  const more = useContext(ItemsContext);
  const Head = useContext(HeadContext);
  const copy = (text: string, done: string) => () =>
    void copyText(text).then(() => notify(done), notifyProblem);
  return (
    <>
      <Menu.Label>{typeName(observable.type)}</Menu.Label>
      <Suspense>{Head && <Head observable={observable} />}</Suspense>
      <Menu.Item leftSection={<IconCopy size={14} />} onClick={copy(observable.value, 'Copied.')}>
        Copy
      </Menu.Item>
      <Menu.Item
        leftSection={<IconShieldOff size={14} />}
        onClick={copy(defang(observable.value, observable.type), 'Copied, defanged.')}
      >
        Copy defanged
      </Menu.Item>
      {pivots.investigate && (
        <Menu.Item leftSection={<IconSearch size={14} />} onClick={() => pivots.investigate?.(observable)}>
          Investigate
        </Menu.Item>
      )}
      {pivots.add && (
        <Menu.Item leftSection={<IconPlus size={14} />} onClick={() => pivots.add?.(observable)}>
          Add to investigation
        </Menu.Item>
      )}
      <Suspense>
        {more.map((Items, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that never changes
          <Items key={i} observable={observable} />
        ))}
      </Suspense>
    </>
  );
}
