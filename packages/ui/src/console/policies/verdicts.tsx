import { Checkbox, Select, TextInput } from '@mantine/core';
import { type MailPolicy, VERDICTS, type Verdict, VerdictAction } from '@sightline/api';
import type { ReactNode } from 'react';
import receive from '../receive/receive.module.css';
import { choiceOf, choices, withChoice } from './words.ts';

interface VerdictsProps {
  verdicts: MailPolicy['verdicts'];
  /** Whether a row can be left to DEFAULT. */
  inherits: boolean;
  quarantines: string[];
  set: (verdicts: MailPolicy['verdicts']) => void;
}

/** One row for each verdict: what becomes of the message. */
export function Verdicts({ verdicts, inherits, quarantines, set }: VerdictsProps): ReactNode {
  return (
    <table className={receive.table} aria-label="Verdicts">
      <thead>
        <tr>
          {['Verdict', 'Action', 'Tag on the subject', 'Attachments'].map((text) => (
            <th key={text}>{text}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(Object.keys(VERDICTS) as Verdict[]).map((verdict) => (
          <OneVerdict
            key={verdict}
            label={VERDICTS[verdict]}
            action={verdicts[verdict]}
            data={choices(inherits, quarantines)}
            set={(action) => set({ ...verdicts, [verdict]: action })}
          />
        ))}
      </tbody>
    </table>
  );
}

interface OneProps {
  label: string;
  action: VerdictAction | null;
  data: { value: string; label: string }[];
  set: (action: VerdictAction | null) => void;
}

function OneVerdict({ label, action, data, set }: OneProps): ReactNode {
  const own = action ?? VerdictAction.parse({});
  const delivered = action?.do === 'deliver';
  return (
    <tr>
      <td data-label="Verdict">{label}</td>
      <td data-label="Action">
        <Select
          aria-label={`Action for ${label}`}
          allowDeselect={false}
          data={data}
          value={choiceOf(action)}
          onChange={(value) => set(withChoice(own, value ?? 'deliver'))}
        />
      </td>
      <td data-label="Tag on the subject">
        {delivered && (
          <TextInput
            aria-label={`Tag for ${label}`}
            value={own.tag}
            onChange={(e) => set({ ...own, tag: e.currentTarget.value })}
          />
        )}
      </td>
      <td data-label="Attachments">
        {delivered && (
          <Checkbox
            label="Strip"
            checked={own.strip}
            onChange={(e) => set({ ...own, strip: e.currentTarget.checked })}
          />
        )}
      </td>
    </tr>
  );
}
