/** An observable wherever it stands: glyph, value, disposition, and the menu of what can be done with it. */
import { Menu, Tooltip } from '@mantine/core';
import { defang, type Observable } from '@sightline/ctim';
import { IconChevronDown, IconCopy, IconPlus, IconSearch, IconShieldOff } from '@tabler/icons-react';
import { type ComponentType, createContext, type ReactNode, useContext } from 'react';
import { copyText } from './copy.tsx';
import { look, type Standing } from './disposition.ts';
import { DispositionMark, TypeGlyph } from './icons.tsx';
import { notify, notifyProblem } from './notify.ts';
import { isHash, shortValue, typeName } from './observable.ts';
import css from './tag.module.css';
import { visible } from './text.ts';

/** What this program can do with an observable; the console offers nothing but copying. */
export interface Pivots {
  investigate?: (observable: Observable) => void;
  /** Add to the query on this page. */
  add?: (observable: Observable) => void;
}
const PivotContext = createContext<Pivots>({});
export const PivotProvider = PivotContext.Provider;

/** Further items of the menu. They are rendered only while it is open, so they may ask for what they show. */
export type PivotItems = ComponentType<{ observable: Observable }>;
const ItemsContext = createContext<readonly PivotItems[]>([]);
export const PivotItemsProvider = ItemsContext.Provider;

interface TagProps {
  observable: Observable;
  /** Left out: the tag says nothing about a disposition. */
  standing?: Standing;
  /** A click on the value, e.g. to show it in the inspector. */
  onOpen?: () => void;
  /** Characters after which the middle is cut. */
  limit?: number;
}

export function ObservableTag({ observable, standing, onOpen, limit }: TagProps): ReactNode {
  const body = (
    <>
      <span className={css.glyph}>
        <TypeGlyph type={observable.type} />
      </span>
      <bdi className={css.value}>
        {isHash(observable.type) || limit ? shortValue(observable, limit) : visible(observable.value)}
      </bdi>
    </>
  );
  const name = `${typeName(observable.type)} ${visible(observable.value)}`;
  return (
    <span className={css.tag} data-standing={standing}>
      <Tooltip label={name} multiline maw={480} style={{ overflowWrap: 'anywhere' }}>
        {onOpen ? (
          <button type="button" className={css.open} onClick={onOpen} aria-label={name}>
            {body}
          </button>
        ) : (
          <span className={css.open} style={{ cursor: 'default' }}>
            {body}
          </span>
        )}
      </Tooltip>
      {standing !== undefined && <Word standing={standing} />}
      <PivotMenu observable={observable} name={name} />
    </span>
  );
}

function Word({ standing }: { standing: Standing }): ReactNode {
  const { word, color } = look(standing);
  return (
    <span className={css.word} style={{ color }} title={word}>
      <DispositionMark standing={standing} size={13} />
      <span className={standing === 'none' ? 'visually-hidden' : ''}>{word}</span>
    </span>
  );
}

function PivotMenu({ observable, name }: { observable: Observable; name: string }): ReactNode {
  const pivots = useContext(PivotContext);
  const more = useContext(ItemsContext);
  const copy = (text: string, done: string) => () =>
    void copyText(text).then(() => notify(done), notifyProblem);
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <button type="button" className={css.more} aria-label={`Actions for ${name}`}>
          <IconChevronDown size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{typeName(observable.type)}</Menu.Label>
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
            Add to the query
          </Menu.Item>
        )}
        {more.map((Items, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that never changes
          <Items key={i} observable={observable} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
