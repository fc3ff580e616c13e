/** Keys of the keyboard: each page says what its keys do, one sheet shows them, one switch turns them off. */
import { Kbd, Modal, Switch } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { createContext, type ReactNode, useContext, useEffect, useId, useMemo, useState } from 'react';
import css from './keys.module.css';

export interface Key {
  /** `r`, `mod+K`, or `g i` for one after the other. */
  keys: string;
  does: string;
  /** Left out: what has the focus hears the key itself; it is only listed. */
  act?: () => void;
  /** Under which heading it is listed. */
  where?: 'Tables' | 'Relations graph' | 'Query';
}

interface KeysState {
  /** Keys without Ctrl work. They can be in the way of speech input (WCAG 2.1.4). */
  on: boolean;
  setOn: (on: boolean) => void;
  note: (owner: string, keys: Key[]) => void;
  forget: (owner: string) => void;
}

const KeysContext = createContext<KeysState>({ on: true, setOn() {}, note() {}, forget() {} });
const STORED = 'sightline.keys';

const stored = (): boolean => {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
};

export function KeysProvider({ children }: { children: ReactNode }): ReactNode {
  const [on, show] = useState(stored);
  const [all, setAll] = useState<ReadonlyMap<string, Key[]>>(new Map());
  const [open, setOpen] = useState(false);
  const state = useMemo(
    (): KeysState => ({
      on,
      setOn: (next) => {
        show(next);
        try {
          localStorage.setItem(STORED, next ? 'on' : 'off');
        } catch {
          // Storage is off: the choice lasts until the page is left.
        }
      },
      note: (owner, keys) => setAll((known) => new Map([...known, [owner, keys]])),
      forget: (owner) => setAll((known) => new Map([...known].filter(([id]) => id !== owner))),
    }),
    [on],
  );
  // With Shift, as `?` needs it on most keyboards.
  useHotkeys([['shift+?', () => setOpen(true)]]);
  return (
    <KeysContext.Provider value={state}>
      {children}
      <Sheet opened={open} onClose={() => setOpen(false)} keys={[...all.values()].flat()} state={state} />
    </KeysContext.Provider>
  );
}

/** Keys that work while the component is on the page, outside of fields. */
export function useKeys(keys: Key[]): void {
  const { on, note, forget } = useContext(KeysContext);
  const owner = useId();
  const names = keys.map(({ keys: k, does }) => `${k}\n${does}`).join('\n\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what they do changes with every drawing, their names do not
  useEffect(() => {
    note(owner, keys);
    return () => forget(owner);
  }, [owner, names, note, forget]);
  const heard = keys.filter(isHeard);
  const plain = heard.filter(({ keys: k }) => !k.includes(' ') && !k.includes('mod'));
  useHotkeys(on ? plain.map(({ keys: k, act }) => [k, alone(k, act)]) : []);
  // With Ctrl they mean nothing to a field, so they work there too.
  const withCtrl = heard.filter(({ keys: k }) => k.includes('mod'));
  useHotkeys(
    withCtrl.map(({ keys: k, act }) => [k, act]),
    [],
  );
  useSequences(on ? heard.filter(({ keys: k }) => k.includes(' ')) : []);
}

type Heard = Key & { act: () => void };
const isHeard = (key: Key): key is Heard => key.act !== undefined;

/** What was pressed last, for sequences; and the sequences that there are. */
let last: { key: string; at: number } | undefined;
const sequences = new Map<string, number>();

/** A dialog has the focus: keys do not act behind it. One that is closing has given it back. */
const isBehind = (): boolean => Boolean(document.activeElement?.closest('[aria-modal="true"]'));

/** Not where the key is the second one of a sequence: `g i` is not `i` as well. */
const alone = (key: string, act: () => void) => (): void => {
  if (isBehind()) return;
  const begun = last && performance.now() - last.at < PAUSE_MS;
  if (!(begun && sequences.has(`${last?.key} ${key}`))) act();
};

/** Longest time between the first and the second key. */
const PAUSE_MS = 1200;

/** `g i`: one key, then another. */
function useSequences(list: Heard[]): void {
  useEffect(() => {
    if (list.length === 0) return;
    const hear = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || isBehind()) return;
      const first = last && performance.now() - last.at < PAUSE_MS ? last.key : undefined;
      const found = list.find(({ keys }) => keys === `${first} ${event.key}`);
      last = found ? undefined : { key: event.key, at: performance.now() };
      if (!found) return;
      event.preventDefault();
      found.act();
    };
    for (const { keys } of list) sequences.set(keys, (sequences.get(keys) ?? 0) + 1);
    document.addEventListener('keydown', hear);
    return () => {
      document.removeEventListener('keydown', hear);
      for (const { keys } of list) {
        const others = (sequences.get(keys) ?? 1) - 1;
        if (others > 0) sequences.set(keys, others);
        else sequences.delete(keys);
      }
    };
  }, [list]);
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

interface SheetProps {
  opened: boolean;
  onClose: () => void;
  keys: Key[];
  state: KeysState;
}

function Sheet({ opened, onClose, keys, state }: SheetProps): ReactNode {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" size="md">
      {[...Map.groupBy(keys, ({ where }) => where ?? 'Anywhere on this page')].map(([where, list]) => (
        <section key={where} aria-label={where}>
          <h3 className={css.where}>{where}</h3>
          <dl className={css.keys}>
            {list.map(({ keys: k, does }) => (
              <div key={k + does} className={css.row}>
                <dt>
                  {partsOf(k).map((part) => (
                    <Kbd key={part} size="xs">
                      {NAMES[part] ?? part}
                    </Kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Switch
        mt="md"
        size="xs"
        label="Keys without Ctrl"
        description="Turn them off when they are in the way of speech input."
        checked={state.on}
        onChange={(event) => state.setOn(event.currentTarget.checked)}
      />
    </Modal>
  );
}

/** The plus sign is a key of its own, too. */
const partsOf = (keys: string): string[] => (keys === '+' ? ['+'] : keys.split(/[ +]/));

const NAMES: Record<string, string> = { mod: 'Ctrl', shift: 'Shift' };
