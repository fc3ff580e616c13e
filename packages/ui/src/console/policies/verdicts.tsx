import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { type MailPolicy, VERDICTS, type Verdict, VerdictAction } from '@sightline/api';
import type { ReactNode } from 'react';
import type { Problems } from '../receive/draft.ts';
import receive from '../receive/receive.module.css';
import own from './policies.module.css';
import { choiceOf, choices, withChoice } from './words.ts';

interface VerdictsProps {
  verdicts: MailPolicy['verdicts'];
  /** Of DEFAULT, where a row can be left to it. */
  inherited: Record<Verdict, VerdictAction> | undefined;
  quarantines: readonly string[];
  /** By `verdict.tag`, `verdict.header.name`. */
  problems: Problems;
  set: (verdicts: MailPolicy['verdicts']) => void;
}

const HEAD = ['Verdict', 'Action', 'Tag on the subject', 'Added header', 'Attachments'] as const;

/** One row for each verdict: what becomes of the message. */
export function Verdicts({ verdicts, inherited, quarantines, problems, set }: VerdictsProps): ReactNode {
  return (
    <table className={`${receive.table} ${own.verdicts}`} aria-label="Verdicts">
      <thead>
        <tr>
          {HEAD.map((text) => (
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
            data={choices(inherited?.[verdict], quarantines)}
            problem={(field) => problems[`${verdict}.${field}`]}
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
  problem: (field: string) => string | undefined;
  set: (action: VerdictAction | null) => void;
}

function OneVerdict({ label, action, data, problem, set }: OneProps): ReactNode {
  const own = action ?? VerdictAction.parse({});
  const delivered = action?.do === 'deliver';
  const [, , tag, header, strip] = HEAD;
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>
        <NativeSelect
          aria-label={`Action for ${label}`}
          data={data}
          value={choiceOf(action)}
          error={problem('quarantine')}
          onChange={(e) => set(withChoice(own, e.currentTarget.value))}
        />
      </td>
      <td data-label={delivered ? tag : undefined}>
        {delivered && (
          <TextInput
            aria-label={`Tag for ${label}`}
            value={own.tag}
            error={problem('tag')}
            onChange={(e) => set({ ...own, tag: e.currentTarget.value })}
          />
        )}
      </td>
      <td data-label={delivered ? header : undefined}>
        {delivered && <Header label={label} action={own} problem={problem} set={set} />}
      </td>
      <td data-label={delivered ? strip : undefined}>
        {delivered && (
          <Checkbox
            label="Strip"
            aria-label={`Strip attachments for ${label}`}
            checked={own.strip}
            onChange={(e) => set({ ...own, strip: e.currentTarget.checked })}
          />
        )}
      </td>
    </tr>
  );
}

type HeaderProps = Pick<OneProps, 'label' | 'problem' | 'set'> & { action: VerdictAction };

/** Empty: none is added. */
function Header({ label, action, problem, set }: HeaderProps): ReactNode {
  const { name, value } = action.header ?? { name: '', value: '' };
  const change = (header: { name: string; value: string }): void =>
    set({ ...action, header: header.name === '' && header.value === '' ? null : header });
  return (
    <div className={own.header}>
      <TextInput
        aria-label={`Header for ${label}`}
        placeholder="none"
        classNames={{ input: 'mono' }}
        spellCheck={false}
        value={name}
        error={problem('header.name')}
        onChange={(e) => change({ name: e.currentTarget.value.trim(), value })}
      />
      <TextInput
        aria-label={`Value of the header for ${label}`}
        placeholder="value"
        value={value}
        error={problem('header.value')}
        onChange={(e) => change({ name, value: e.currentTarget.value })}
      />
    </div>
  );
}
