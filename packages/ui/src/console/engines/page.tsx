/** Security Services > Engines: what looks into messages, how it is reached, and how it is doing. */
import { type EngineHealth, Engines, engineStatus } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { useCall } from '../../kit/call.ts';
import { Loaded } from '../../kit/states.tsx';
import { Time } from '../../kit/when.tsx';
import { amountText, SIZES } from '../amount.ts';
import { Amount } from '../amountfield.tsx';
import css from '../console.module.css';
import { Block, Status } from '../parts.tsx';
import { ENGINES } from '../places.ts';
import type { Spec } from '../receive/draft.ts';
import { Choice, type Choices, Lines, Text, Tick } from '../receive/fields.tsx';
import { type Editing, EntryForm, type FieldsProps, Frame } from '../receive/frame.tsx';
import receive from '../receive/receive.module.css';
import { Rows } from '../receive/rows.tsx';

type Name = 'authentication' | 'rspamd' | 'clamav';

const LABELS: Record<Name, string> = {
  authentication: 'SPF, DKIM, DMARC, ARC',
  rspamd: 'rspamd (spam)',
  clamav: 'ClamAV (viruses)',
};
const SPEC: Spec = { enabled: 'tick', timeoutSeconds: 'whole', maxSize: 'mib', onError: 'text' };
const ON_ERROR: Choices = [
  ['accept', 'Accept the message unscanned'],
  ['unscannable', 'Treat it as unscannable'],
  ['defer', 'Put it off (451)'],
];

const ELSE = { accept: 'accept', unscannable: 'unscannable', defer: 'put off' };

export function EnginesPage(): ReactNode {
  return (
    <Frame
      title="Engines"
      lead="What looks into each message before it is accepted. Mail policies say what becomes of the verdicts."
      place={ENGINES}
    >
      {(editing) => <All {...editing} />}
    </Frame>
  );
}

function All(editing: Editing): ReactNode {
  const health = useCall(engineStatus);
  const [open, setOpen] = useState<Name | Other | null>(null);
  const close = (): void => setOpen(null);
  if (open && open in OTHERS) return <OtherSettings name={open as Other} editing={editing} onClose={close} />;
  if (open) return <Settings name={open as Name} editing={editing} onClose={close} />;
  return (
    <>
      <Block title="Engines">
        <Loaded of={health} rows={3}>
          {({ engines }) => (
            <Rows
              label="Engines"
              head={['Engine', 'Settings', 'Health', 'Messages', 'Found', 'Mean / longest', 'Last answer']}
              rows={(Object.keys(LABELS) as Name[]).map((name) => ({
                name: LABELS[name],
                cells: cells(
                  name,
                  editing,
                  engines.find((one) => one.engine === name),
                ),
                onEdit: () => setOpen(name),
              }))}
            />
          )}
        </Loaded>
      </Block>
      <Block title="Examination">
        <Rows
          label="Examination"
          head={['What', 'Settings']}
          rows={(Object.keys(OTHERS) as Other[]).map((name) => ({
            name: OTHERS[name],
            cells: [
              <span key="name" className={receive.name}>
                {OTHERS[name]}
              </span>,
              otherWords(name, editing),
            ],
            onEdit: () => setOpen(name),
          }))}
        />
      </Block>
    </>
  );
}

function cells(name: Name, { config }: Editing, health: EngineHealth | undefined): ReactNode[] {
  const own = config.engines[name];
  const settings = own.enabled ? `${own.timeoutSeconds} s, else ${ELSE[own.onError]}` : 'Off';
  const asked = health && health.messages > 0;
  return [
    <span key="name" className={receive.name}>
      {LABELS[name]}
    </span>,
    settings,
    <State key="state" health={health} />,
    health?.messages ?? 0,
    health?.found ?? 0,
    asked ? `${Math.round(health.meanMs)} / ${Math.round(health.longestMs)} ms` : '–',
    health?.lastAnswer ? <Time key="when" at={health.lastAnswer} /> : 'never',
  ];
}

function State({ health }: { health: EngineHealth | undefined }): ReactNode {
  if (!health?.enabled) return <Status tone="off">Off</Status>;
  const { lastError, lastAnswer } = health;
  if (lastError && (lastAnswer === null || lastError.at > lastAnswer))
    return <Status tone="bad">{lastError.text}</Status>;
  return lastAnswer === null ? (
    <Status tone="calm">Not asked yet</Status>
  ) : (
    <Status tone="good">Answers</Status>
  );
}

interface SettingsProps {
  name: Name;
  editing: Editing;
  onClose: () => void;
}

function Settings({ name, editing, onClose }: SettingsProps): ReactNode {
  const remote = name !== 'authentication';
  return (
    <EntryForm
      title={LABELS[name]}
      spec={{ ...SPEC, ...(remote ? { endpoint: 'text' } : { header: 'tick', authservId: 'text' }) }}
      schema={
        Engines.shape[name].unwrap() as typeof Engines.shape.rspamd extends { unwrap(): infer S } ? S : never
      }
      entry={editing.config.engines[name]}
      at={`engines.${name}`}
      editing={editing}
      onSubmit={(entry) => editing.submit({ engines: { [name]: entry } }, onClose)}
      onClose={onClose}
    >
      {(fields) => (
        <div className={receive.fields}>
          <Tick {...fields} field="enabled" label="Enabled" />
          {remote && (
            <Text
              {...fields}
              field="endpoint"
              label="Endpoint"
              description={name === 'rspamd' ? 'Of the normal worker.' : 'tcp://host:port or unix:/path'}
            />
          )}
          <Text {...fields} field="timeoutSeconds" label="Time for one message (seconds)" />
          <Text {...fields} field="maxSize" label="Largest message (MiB)" />
          <Choice {...fields} field="onError" label="When it cannot look" choices={ON_ERROR} />
          {!remote && (
            <>
              <Tick
                {...fields}
                field="header"
                label="Write an Authentication-Results header"
                description="On top of mail from outside, and those that claim to be ours are taken out of it."
              />
              <Text
                {...fields}
                field="authservId"
                label="Name in that header"
                description={`Empty: ${editing.config.hostname}`}
              />
            </>
          )}
        </div>
      )}
    </EntryForm>
  );
}

type Other = 'files' | 'limits' | 'deadline';

const OTHERS: Record<Other, string> = {
  files: 'File types',
  limits: 'Limits of the reader',
  deadline: 'All engines together',
};

function otherWords(name: Other, { config: { engines } }: Editing): string {
  const { files, limits, deadlineSeconds } = engines;
  if (name === 'files') return files.enabled ? `${files.extensions.length} extensions are a verdict` : 'Off';
  if (name === 'deadline') return `at most ${deadlineSeconds} s for a message`;
  const { depth, parts, decodedBytes, members, seconds } = limits;
  return `${depth} levels, ${parts} parts, ${amountText(decodedBytes, SIZES)} decoded, ${members} names in archives, ${seconds} s`;
}

const OTHER_SPECS: Record<Other, Spec> = {
  files: { enabled: 'tick', extensions: 'lines' },
  limits: {
    depth: 'whole',
    parts: 'whole',
    headerBytes: 'bytes',
    decodedBytes: 'bytes',
    members: 'whole',
    seconds: 'whole',
  },
  deadline: { deadlineSeconds: 'whole' },
};

/** What is no engine of its own: names of files, where the reader stops, and how long all of them may take. */
function OtherSettings({
  name,
  editing,
  onClose,
}: {
  name: Other;
  editing: Editing;
  onClose: () => void;
}): ReactNode {
  const { engines } = editing.config;
  const form = { title: OTHERS[name], spec: OTHER_SPECS[name], editing, onClose };
  if (name === 'files')
    return (
      <EntryForm
        {...form}
        schema={Engines.shape.files.unwrap()}
        entry={engines.files}
        at="engines.files"
        onSubmit={(files) => editing.submit({ engines: { files } }, onClose)}
      >
        {(fields) => <FileFields {...fields} />}
      </EntryForm>
    );
  if (name === 'limits')
    return (
      <EntryForm
        {...form}
        schema={Engines.shape.limits.unwrap()}
        entry={engines.limits}
        at="engines.limits"
        onSubmit={(limits) => editing.submit({ engines: { limits } }, onClose)}
      >
        {(fields) => <LimitFields {...fields} />}
      </EntryForm>
    );
  return (
    <EntryForm
      {...form}
      schema={Engines.pick({ deadlineSeconds: true })}
      entry={engines}
      at="engines"
      onSubmit={(entry) => editing.submit({ engines: entry }, onClose)}
    >
      {(fields) => (
        <Text
          {...fields}
          field="deadlineSeconds"
          label="Time for one message (seconds)"
          description="Whoever has not answered by then is left out, as if it could not look. Clients wait ten minutes."
        />
      )}
    </EntryForm>
  );
}

const FileFields = (fields: FieldsProps): ReactNode => (
  <div className={css.stack}>
    <Tick
      {...fields}
      field="enabled"
      label="Enabled"
      description="Mail policies say what becomes of messages with such files, in archives too."
    />
    <Lines
      {...fields}
      field="extensions"
      label="Extensions"
      description="Without the dot, one a line or separated by spaces."
    />
  </div>
);

function LimitFields(fields: FieldsProps): ReactNode {
  const amount = (field: string) => ({
    units: SIZES,
    value: String(fields.draft[field]),
    error: fields.problems[field],
    onChange: (value: string) => fields.set({ [field]: value }),
  });
  return (
    <>
      <p className={css.lead}>
        Where the reader stops. What it found by then counts, and the message is unscannable; it is never
        lost.
      </p>
      <div className={receive.fields}>
        <Text {...fields} field="depth" label="Messages in messages (levels)" />
        <Text {...fields} field="parts" label="Parts of a message" />
        <Amount {...amount('headerBytes')} label="Headers of one part" />
        <Amount {...amount('decodedBytes')} label="All files, decoded" />
        <Text {...fields} field="members" label="Names read out of archives" />
        <Text {...fields} field="seconds" label="Time for one message (seconds)" />
      </div>
    </>
  );
}
