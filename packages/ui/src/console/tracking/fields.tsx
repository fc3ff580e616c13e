/** The criteria of Message Tracking as a person fills them in. */

import { Button, Chip, Group, NativeSelect, Radio, TextInput } from '@mantine/core';
import { Direction, MessageEvent, State } from '@sightline/api';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import css from '../console.module.css';
import {
  type Field,
  OP_LABEL,
  type Op,
  type Problems,
  type TextField,
  type TrackingForm,
  usesAdvanced,
} from './form.ts';
import { TimeField } from './timefield.tsx';

export interface FieldsProps {
  form: TrackingForm;
  problems: Problems;
  set: <F extends Field>(field: F, value: TrackingForm[F]) => void;
}

const OPS: Op[] = ['begins_with', 'is', 'contains'];

export function Fields(props: FieldsProps): ReactNode {
  const [open, setOpen] = useState(() => usesAdvanced(props.form));
  return (
    <div className={css.stack}>
      <div className={css.grid3}>
        <TextCriterion {...props} field="sender" label="Envelope Sender" />
        <TextCriterion {...props} field="recipient" label="Envelope Recipient" />
        <TextCriterion {...props} field="subject" label="Subject" ops={[...OPS, 'is_empty']} />
      </div>
      <ReceivedFields {...props} />
      <Button
        className={css.advanced}
        variant="subtle"
        size="compact-sm"
        aria-expanded={open}
        aria-controls="tracking-advanced"
        leftSection={open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        onClick={() => setOpen(!open)}
      >
        Advanced
      </Button>
      <div id="tracking-advanced" hidden={!open}>
        {open && <Advanced {...props} />}
      </div>
    </div>
  );
}

function TextCriterion(
  props: FieldsProps & {
    field: 'sender' | 'recipient' | 'subject' | 'attachment';
    label: string;
    ops?: Op[];
  },
): ReactNode {
  const value: TextField = props.form[props.field];
  const problem = props.problems[props.field];
  const id = useId();
  return (
    <div className={css.criterion}>
      <label htmlFor={id}>{props.label}</label>
      <div>
        <NativeSelect
          size="xs"
          aria-label={`${props.label} operator`}
          w={124}
          flex="none"
          value={value.op}
          data={(props.ops ?? OPS).map((op) => ({ value: op, label: OP_LABEL[op] }))}
          onChange={(e) => props.set(props.field, { ...value, op: e.currentTarget.value as Op })}
        />
        <TextInput
          id={id}
          flex={1}
          ml={-1}
          maxLength={1024}
          spellCheck={false}
          disabled={value.op === 'is_empty'}
          value={value.op === 'is_empty' ? '' : value.value}
          error={problem}
          onChange={(e) => props.set(props.field, { ...value, value: e.currentTarget.value })}
        />
      </div>
    </div>
  );
}

function ReceivedFields({ form, problems, set }: FieldsProps): ReactNode {
  return (
    <Group align="end" gap="lg">
      <Radio.Group
        label="Message Received"
        value={form.received}
        onChange={(v) => {
          set('received', v as TrackingForm['received']);
          if (v === 'custom' && form.from === null && form.to === null) lastDay(set);
        }}
      >
        <Group gap="md" mt={4}>
          <Radio value="day" label="Last Day" />
          <Radio value="week" label="Last 7 Days" />
          <Radio value="custom" label="Custom Range" />
        </Group>
      </Radio.Group>
      {form.received === 'custom' && (
        <Group gap="sm" align="start">
          <TimeField
            label="Start"
            value={form.from}
            problem={problems.from}
            onChange={(v) => set('from', v)}
          />
          <TimeField label="End" value={form.to} problem={problems.to} onChange={(v) => set('to', v)} />
        </Group>
      )}
    </Group>
  );
}

/** A custom range starts from what was shown before it. */
function lastDay(set: FieldsProps['set']): void {
  const now = Date.now();
  set('from', now - 86_400_000);
  set('to', now);
}

function Advanced(props: FieldsProps): ReactNode {
  const { form, set } = props;
  return (
    <div className={css.stack}>
      <div className={css.grid3}>
        <Plain {...props} field="ip" label="Sender IP Address" placeholder="192.0.2.7 or 192.0.2.0/24" />
        <TextCriterion {...props} field="attachment" label="Attachment Name" />
        <Plain {...props} field="sha256" label="Attachment Hash" placeholder="SHA-256, SHA-1 or MD5" />
        <Plain {...props} field="messageId" label="Message ID Header" />
        <Plain {...props} field="mid" label="MID" />
        <NativeSelect
          size="xs"
          label="Direction"
          value={form.direction}
          data={[
            { value: '', label: 'Any' },
            ...Direction.options.map((d) => ({ value: d, label: title(d) })),
          ]}
          onChange={(e) => set('direction', e.currentTarget.value as TrackingForm['direction'])}
        />
      </div>
      <LastState form={form} set={set} />
      <Events form={form} set={set} />
    </div>
  );
}

function Plain(
  props: FieldsProps & { field: 'ip' | 'sha256' | 'messageId' | 'mid'; label: string; placeholder?: string },
): ReactNode {
  return (
    <TextInput
      label={props.label}
      placeholder={props.placeholder}
      spellCheck={false}
      maxLength={1024}
      value={props.form[props.field]}
      error={props.problems[props.field]}
      onChange={(e) => props.set(props.field, e.currentTarget.value)}
    />
  );
}

function LastState({ form, set }: Pick<FieldsProps, 'form' | 'set'>): ReactNode {
  return (
    <fieldset className={css.fieldset}>
      <legend>Last State</legend>
      <Chip.Group multiple value={form.states} onChange={(v) => set('states', v as State[])}>
        <Group gap={6}>
          {State.options.map((state) => (
            <Chip key={state} value={state} size="xs" radius="sm">
              {title(state)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </fieldset>
  );
}

function Events({ form, set }: Pick<FieldsProps, 'form' | 'set'>): ReactNode {
  return (
    <fieldset className={css.fieldset}>
      <legend>Message Event</legend>
      <Chip.Group multiple value={form.events} onChange={(v) => set('events', v as MessageEvent[])}>
        <Group gap={6}>
          {MessageEvent.options.map((event) => (
            <Chip key={event} value={event} size="xs" radius="sm">
              {EVENT[event]}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </fieldset>
  );
}

/** In AsyncOS's words where it has them. */
const EVENT: Record<MessageEvent, string> = {
  delivered: 'Delivered',
  deferred: 'Soft Bounced',
  bounced: 'Hard Bounced',
  quarantined: 'Quarantined',
  held: 'Held',
  released: 'Released',
  dropped: 'Dropped',
  rejected: 'Rejected',
  spam: 'Spam Positive',
  suspect_spam: 'Suspect Spam',
  virus: 'Virus Positive',
  malicious_file: 'Malicious File',
  malicious_url: 'Malicious URL',
  blocklisted: 'On a Block List',
  unauthenticated: 'Authentication Failed',
};

export const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
