/** System Administration > Trace: what would become of a message, and why. */
import { Button, FileInput, Select, Textarea, TextInput } from '@mantine/core';
import { type Direction, type TraceAnswer, traceMessage } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../../kit/call.ts';
import { Problem } from '../../kit/problem.tsx';
import css from '../console.module.css';
import { Block, ConsolePage, Facts, Status } from '../parts.tsx';
import { base64 } from './base64.ts';

export function TracePage(): ReactNode {
  const trace = useAct(traceMessage);
  return (
    <ConsolePage
      title="Trace"
      lead="Shows a message to the committed policies and the real engines. Nothing is kept or sent."
    >
      <div className={css.stack}>
        <Question busy={trace.isPending} ask={(body) => trace.mutate({ body })} />
        <Problem error={trace.error} />
        {trace.data && <Answer answer={trace.data} />}
      </div>
    </ConsolePage>
  );
}

interface Form {
  text: string;
  file: File | null;
  from: string;
  to: string;
  ip: string;
  direction: Direction;
}

interface QuestionProps {
  busy: boolean;
  ask: (body: { message: string; from: string; to: string[]; ip: string; direction: Direction }) => void;
}

function Question({ busy, ask }: QuestionProps): ReactNode {
  const [form, setForm] = useState<Form>({
    text: '',
    file: null,
    from: '',
    to: '',
    ip: '192.0.2.1',
    direction: 'incoming',
  });
  const set = (part: Partial<Form>): void => setForm((now) => ({ ...now, ...part }));
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { text, file, to, ...rest } = form;
    const bytes = file ? new Uint8Array(await file.arrayBuffer()) : new TextEncoder().encode(text);
    ask({ ...rest, message: base64(bytes), to: to.split(/[\s,]+/).filter(Boolean) });
  };
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <Block title="Message">
        <div className={css.stack}>
          <div className={css.grid2}>
            <Envelope form={form} set={set} />
            <div className={css.stack}>
              <FileInput
                label="Message file (.eml)"
                clearable
                clearButtonProps={{ 'aria-label': 'Remove the file' }}
                value={form.file}
                onChange={(file) => set({ file })}
              />
              <Textarea
                label="Or its source"
                autosize
                minRows={8}
                maxRows={16}
                spellCheck={false}
                disabled={form.file !== null}
                value={form.text}
                classNames={{ input: 'mono' }}
                onChange={(e) => set({ text: e.currentTarget.value })}
              />
            </div>
          </div>
          <div className={css.row}>
            <Button type="submit" loading={busy}>
              Start Trace
            </Button>
          </div>
        </div>
      </Block>
    </form>
  );
}

function Envelope({ form, set }: { form: Form; set: (part: Partial<Form>) => void }): ReactNode {
  return (
    <div className={css.stack}>
      <TextInput
        label="Envelope sender"
        value={form.from}
        onChange={(e) => set({ from: e.currentTarget.value })}
      />
      <TextInput
        label="Envelope recipients"
        description="Several are separated by a space or a comma."
        value={form.to}
        onChange={(e) => set({ to: e.currentTarget.value })}
      />
      <TextInput
        label="IP address of the client"
        value={form.ip}
        onChange={(e) => set({ ip: e.currentTarget.value })}
      />
      <Select
        label="Direction"
        allowDeselect={false}
        data={[
          { value: 'incoming', label: 'Incoming' },
          { value: 'outgoing', label: 'Outgoing' },
        ]}
        value={form.direction}
        onChange={(direction) => set({ direction: direction === 'outgoing' ? 'outgoing' : 'incoming' })}
      />
    </div>
  );
}

function Answer({ answer }: { answer: TraceAnswer }): ReactNode {
  const { refused, copies, steps, engines } = answer;
  return (
    <div className={css.stack} aria-live="polite">
      <Block title="Result">
        {refused ? (
          <Status tone="bad">
            {`Refused by ${refused.by}: ${refused.reply.code} ${refused.reply.status} ${refused.reply.text}`}
          </Status>
        ) : (
          copies.map((copy) => (
            <div key={copy.recipients.join()}>
              <Status tone={copy.fate.startsWith('delivered') ? 'good' : 'warn'}>
                {`${copy.recipients.join(', ')}: ${copy.fate} (policy ${copy.policy})`}
              </Status>
            </div>
          ))
        )}
      </Block>
      <Block title="Steps">
        <Facts rows={steps.map(({ step, text }, i) => [`${i + 1}. ${step}`, text] as const)} />
      </Block>
      <Block title="What was found">
        <Facts
          rows={[...messageRows(answer), ...engines.map((one) => [one.engine, engineWords(one)] as const)]}
        />
      </Block>
    </div>
  );
}

const engineWords = ({ verdict, names, score }: TraceAnswer['engines'][number]): string =>
  [verdict, ...(score === undefined ? [] : [`score ${score}`]), ...names].join(', ');

const messageRows = (t: TraceAnswer): (readonly [string, ReactNode])[] => [
  ['Subject', t.subject],
  ['Size', `${t.size} bytes`],
  ['Read', t.parse],
  ['Attachments', t.attachments.map((one) => one.name || one.type).join(', ') || 'none'],
  ['Links', t.urls.slice(0, 20).join(' ') || 'none'],
  ['SPF', t.authentication ? `${t.authentication.spf.result} ${t.authentication.spf.domain}` : 'not asked'],
  ['DKIM', t.authentication?.dkim.map((one) => `${one.result} ${one.domain}`).join(', ') || 'none'],
  [
    'DMARC',
    t.authentication ? `${t.authentication.dmarc.result} ${t.authentication.dmarc.domain}` : 'not asked',
  ],
];
