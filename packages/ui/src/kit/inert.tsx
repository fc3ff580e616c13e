import { Fragment, type ReactNode } from 'react';
import { pieces } from './text.ts';

/** A stranger's text: never a link, never markup, isolated from the direction of the page, controls by name. */
export function Inert({ text }: { text: string }): ReactNode {
  return (
    <bdi>
      {pieces(text).map((piece, i) =>
        piece.control ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity and never move
          <span key={i} className="control" title="An invisible character in this text">
            {piece.text}
          </span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Fragment key={i}>{piece.text}</Fragment>
        ),
      )}
    </bdi>
  );
}
