/** A response action from the question to what came of it: confirmed with a reason, watched, taken back. */
import { Button, Loader, Modal } from '@mantine/core';
import { type Action, listTaken, respondObservables, type TakenAction } from '@sightline/api';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { keyOf } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { Problem } from '../kit/problem.tsx';
import { Ask } from './ask.tsx';
import { isEverywhere, isOrder } from './offers.ts';
import type { Chosen } from './provider.tsx';
import css from './respond.module.css';
import { Result } from './result.tsx';
import { type Asked, type Done, newKey, run } from './run.ts';
import { Undo } from './undo.tsx';

interface DialogProps {
  chosen: Chosen;
  /** Something was done or taken back. */
  onActed: () => void;
  onClose: () => void;
}

export default function Dialog({ chosen, onActed, onClose }: DialogProps): ReactNode {
  const { actions } = chosen;
  const [undoing, setUndoing] = useState<{ at: number; taken: TakenAction }>();
  const doing = useDoing(actions, onActed);
  const undone = (taken: TakenAction): void => {
    if (undoing) doing.set(undoing.at, { taken });
    onActed();
    setUndoing(undefined);
  };
  return (
    <Modal opened onClose={onClose} title={<Inert text={actions[0].title} />} size="md">
      {undoing && <Undo taken={undoing.taken} onDone={undone} onClose={() => setUndoing(undefined)} />}
      {!undoing && !doing.asked && <Ask actions={actions} onAsk={doing.start} onClose={onClose} />}
      {!undoing && doing.asked && (
        <div className={css.form}>
          <ul className={css.effects} aria-live="polite">
            {actions.map((action, at) => (
              <Row
                key={action.url}
                action={action}
                done={doing.done.get(at)}
                onRetry={() => doing.again(at)}
                onUndo={(taken) => setUndoing({ at, taken })}
              />
            ))}
          </ul>
          <div className={css.buttons}>
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}

/** Each action by itself: one appliance that does not answer keeps nobody from seeing what the others did. */
function useDoing(actions: readonly Action[], onActed: () => void) {
  const queries = useQueryClient();
  const [keys] = useState(() => actions.map(newKey));
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<ReadonlyMap<number, Done>>(new Map());
  const set = (at: number, one: Done | undefined): void =>
    setDone((now) => {
      const others = [...now].filter(([i]) => i !== at);
      return new Map(one ? [...others, [at, one]] : others);
    });
  const carry = async (given: Asked, at: number): Promise<void> => {
    const [action, key] = [actions[at], keys[at]];
    if (!action || !key) return;
    set(at, undefined);
    set(at, await run(action, given, key));
    onActed();
    for (const one of [listTaken, respondObservables])
      void queries.invalidateQueries({ queryKey: keyOf(one) });
  };
  return {
    asked,
    done,
    set,
    start: (given: Asked): void => {
      setAsked(given);
      for (const at of actions.keys()) void carry(given, at);
    },
    again: (at: number): void => {
      if (asked) void carry(asked, at);
    },
  };
}

interface RowProps {
  action: Action;
  /** Undefined while it runs. */
  done: Done | undefined;
  onRetry: () => void;
  onUndo: (taken: TakenAction) => void;
}

function Row({ action, done, onRetry, onUndo }: RowProps): ReactNode {
  return (
    <li>
      <strong>
        <Inert text={isEverywhere(action) ? 'All appliances' : action.module} />
      </strong>
      {done ? (
        <Outcome action={action} done={done} onRetry={onRetry} onUndo={onUndo} />
      ) : (
        <span role="status" className={css.running}>
          <Loader size={14} /> Under way…
        </span>
      )}
    </li>
  );
}

/** Only what an appliance is asked again is done once. */
function Outcome({ action, done, onRetry, onUndo }: RowProps & { done: Done }): ReactNode {
  const { taken, error } = done;
  if (taken) return <Result taken={taken} onUndo={() => onUndo(taken)} />;
  if (error) return <Problem error={error} {...(isOrder(action) ? { retry: onRetry } : {})} />;
  return <p className={css.said}>Done.</p>;
}
