/** Security Services > Engines: what looks into messages, how it is reached, and how it is doing. */
import { type EngineHealth, Engines, engineStatus } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { useCall } from '../../kit/call.ts';
import { Loaded } from '../../kit/states.tsx';
import { Time } from '../../kit/when.tsx';
import { Block, Status } from '../parts.tsx';
import { ENGINES } from '../places.ts';
import type { Spec } from '../receive/draft.ts';
import { Choice, type Choices, Text, Tick } from '../receive/fields.tsx';
import { type Editing, EntryForm, Frame } from '../receive/frame.tsx';
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
  const [open, setOpen] = useState<Name | null>(null);
  if (open) return <Settings name={open} editing={editing} onClose={() => setOpen(null)} />;
  return (
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
