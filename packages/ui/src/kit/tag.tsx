/** An observable wherever it stands: glyph, value, disposition, and the menu of what can be done with it. */
import { Tooltip } from '@mantine/core';
import type { Observable } from '@sightline/ctim';
import type { ReactNode } from 'react';
import { look, type Standing } from './disposition.ts';
import { carry } from './drag.ts';
import { DispositionMark, TypeGlyph } from './icons.tsx';
import { isHash, shortValue } from './observable.ts';
import { nameOf, PivotMenu } from './pivot.tsx';
import css from './tag.module.css';
import { visible } from './text.ts';

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
  const whole = visible(observable.value);
  const short = isHash(observable.type) || limit ? shortValue(observable, limit) : whole;
  const body = (
    <>
      <span className={css.glyph}>
        <TypeGlyph type={observable.type} />
      </span>
      <bdi className={css.value}>{short}</bdi>
    </>
  );
  const name = nameOf(observable);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a short cut; the menu has the same for the keyboard
    <span
      className={css.tag}
      data-standing={standing}
      data-observable={`${observable.type}:${observable.value}`}
      draggable
      onDragStart={carry(observable)}
    >
      <Tooltip label={name} multiline maw={480} style={{ overflowWrap: 'anywhere' }}>
        {onOpen ? (
          <button
            type="button"
            className={css.open}
            onClick={onOpen}
            aria-label={short === whole ? name : `${name}, ${short}`}
          >
            {body}
          </button>
        ) : (
          <span className={css.open} style={{ cursor: 'default' }}>
            {body}
          </span>
        )}
      </Tooltip>
      {standing !== undefined && <Word standing={standing} />}
      <PivotMenu observable={observable} />
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
