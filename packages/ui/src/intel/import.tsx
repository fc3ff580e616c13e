/** The dialog that takes a bundle, an event or a table of observables in. */
import { Button, FileInput, Modal, NativeSelect, Textarea } from '@mantine/core';
import { type Answer, type Endpoint, INTEL, type IntelFormat, importIntel } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { Problem } from '../kit/problem.tsx';
import { count } from '../kit/text.ts';
import { FORMATS } from './formats.ts';
import css from './intel.module.css';
import { KINDS } from './search.ts';

const REFRESH = KINDS.map((kind) => INTEL[kind].search as unknown as Endpoint);

export default function ImportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [format, setFormat] = useState<IntelFormat>('csv');
  const [content, setContent] = useState('');
  const [name, setName] = useState('');
  const take = useAct(importIntel, { refresh: REFRESH });
  const choose = (file: File | null): void => {
    if (!file) return;
    setName(file.name);
    void file.text().then((text) => {
      setContent(text);
      setFormat(guess(file.name, text));
    });
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    take.mutate({ body: { format, content, name } });
  };
  return (
    <Modal opened onClose={onClose} size="lg" title="Import Intelligence">
      <form className={css.stack} onSubmit={send}>
        <FileInput label="File" placeholder="Choose a file" accept=".json,.csv,.txt" onChange={choose} />
        <NativeSelect
          label="Format"
          data={FORMATS}
          value={format}
          onChange={(e) => setFormat(e.currentTarget.value as IntelFormat)}
        />
        <Textarea
          label="Or its text"
          minRows={6}
          maxRows={12}
          autosize
          value={content.length > 200_000 ? `${content.slice(0, 200_000)}…` : content}
          onChange={(e) => setContent(e.currentTarget.value)}
        />
        <Problem error={take.error} />
        {take.data && <Summary results={take.data.results} />}
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={take.isPending} disabled={content.trim() === ''}>
            Import
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function guess(name: string, text: string): IntelFormat {
  if (!/\.json$/i.test(name) && !text.trimStart().startsWith('{')) return 'csv';
  if (text.includes('"Event"')) return 'misp';
  return /"spec_version"|"objects"/.test(text) ? 'stix' : 'ctim';
}

function Summary({ results }: { results: Answer<typeof importIntel>['results'] }): ReactNode {
  const of = (result: string): number => results.filter((r) => r.result === result).length;
  const bad = results.filter((r) => r.result === 'error').slice(0, 10);
  return (
    <div role="status">
      <strong>{count(of('created'), 'entity added', 'entities added')}</strong>, {of('exists')} known already,{' '}
      {of('error')} not valid.
      {bad.length > 0 && (
        <ul>
          {bad.map((r, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: results have no other identity and never move
            <li key={i}>
              {r.original_id?.replace('transient:', '') ?? r.type}: {r.msg}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
