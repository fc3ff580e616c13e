/** A stranger's message to look at: nothing in it can act, load or lead anywhere. */
import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './body.module.css';
import { Inert } from './inert.tsx';
import { count } from './text.ts';

interface BodyProps {
  header: string;
  text: string;
  /** Where its HTML, made safe, stands in a page that may do nothing; undefined: it has none. */
  html: string | undefined;
}

export function MessageBody({ header, text, html }: BodyProps): ReactNode {
  return (
    <Tabs defaultValue={text === '' && html ? 'html' : 'text'} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="text">Text</Tabs.Tab>
        <Tabs.Tab value="html" disabled={!html}>
          HTML, made safe
        </Tabs.Tab>
        <Tabs.Tab value="header">Header ({count(header.split('\n').length - 1, 'line')})</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="text">
        <Source text={text || 'There is no text.'} />
      </Tabs.Panel>
      <Tabs.Panel value="html">
        <iframe
          className={css.frame}
          title="HTML of the message, made safe"
          sandbox=""
          referrerPolicy="no-referrer"
          src={html}
        />
      </Tabs.Panel>
      <Tabs.Panel value="header">
        <Source text={header} />
      </Tabs.Panel>
    </Tabs>
  );
}

const MOST_LINES = 3000;

/** Line by line: what else is in it that cannot be seen is shown by its name. */
function Source({ text }: { text: string }): ReactNode {
  const all = text.split(/\r?\n/);
  const rest = all.length - MOST_LINES;
  return (
    <div className={`${css.source} mono`}>
      {all.slice(0, MOST_LINES).map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity and never move
        <div key={i}>{line === '' ? '\u00a0' : <Inert text={line.replaceAll('\t', '    ')} />}</div>
      ))}
      {rest > 0 && <p className="muted">{rest} more lines are in the original.</p>}
    </div>
  );
}
