/** One mail policy as a form: whom it is for, what becomes of each verdict, which content filters it has. */
import { MultiSelect, Textarea, TextInput } from '@mantine/core';
import { type Direction, MailPolicy } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { faultsAt, type Problems } from '../receive/draft.ts';
import { type Editing, SubmitOrCancel } from '../receive/frame.tsx';
import { Verdicts } from './verdicts.tsx';
import { lines } from './words.ts';

interface EditorProps {
  policy: MailPolicy;
  /** The last policy, which the others leave things to. */
  isLast: boolean;
  /** Where it is in the document. */
  at: string;
  direction: Direction;
  editing: Editing;
  onSubmit: (policy: MailPolicy) => void;
  onClose: () => void;
}

export function Editor(props: EditorProps): ReactNode {
  const { policy, isLast, at, direction, editing, onSubmit, onClose } = props;
  const { config } = editing;
  const [draft, setDraft] = useState(policy);
  const [found, setFound] = useState<Problems>({});
  const problems = Object.keys(found).length > 0 ? found : said(editing.error, at);
  const set = (part: Partial<MailPolicy>): void => {
    setDraft((now) => ({ ...now, ...part }));
    setFound({});
    editing.forget();
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const checked = MailPolicy.safeParse({
      ...draft,
      senders: draft.senders.filter(Boolean),
      recipients: draft.recipients.filter(Boolean),
    });
    setFound(checked.success ? {} : byField(checked.error.issues));
    if (checked.success) onSubmit(checked.data);
  };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      <Block title={isLast ? 'DEFAULT' : policy.name || 'Add Policy'}>
        <div className={css.stack}>
          {!isLast && <Parties draft={draft} problems={problems} set={set} />}
          <Verdicts
            verdicts={draft.verdicts}
            inherited={isLast ? undefined : config.policies[direction].default.verdicts}
            quarantines={config.quarantines.map((one) => one.name)}
            problems={ofVerdicts(problems)}
            set={(verdicts) => set({ verdicts })}
          />
          <MultiSelect
            label="Content filters"
            description={isLast ? undefined : 'None chosen: those of DEFAULT.'}
            data={config.filters[direction].map((one) => one.name)}
            value={draft.filters ?? []}
            onChange={(filters) => set({ filters: filters.length === 0 && !isLast ? null : filters })}
          />
        </div>
      </Block>
      <SubmitOrCancel editing={editing} onClose={onClose} />
    </form>
  );
}

/** By field; of a list the field is what is marked. The first sentence about it stands there. */
const byField = (issues: readonly { path: PropertyKey[]; message: string }[]): Problems =>
  Object.fromEntries(issues.toReversed().map(({ path, message }) => [fieldOf(path.map(String)), message]));

const fieldOf = (path: string[]): string => path.filter((one) => !/^\d+$/.test(one)).join('.');

const said = (error: unknown, place: string): Problems =>
  byField(
    Object.entries(faultsAt(error, place)).map(([path, message]) => ({ path: path.split('.'), message })),
  );

const ofVerdicts = (problems: Problems): Problems =>
  Object.fromEntries(
    Object.entries(problems).map(([path, message]) => [path.replace(/^verdicts\./, ''), message]),
  );

interface PartiesProps {
  draft: MailPolicy;
  problems: Problems;
  set: (part: Partial<MailPolicy>) => void;
}

function Parties({ draft, problems, set }: PartiesProps): ReactNode {
  return (
    <>
      <TextInput
        label="Name"
        value={draft.name}
        error={problems.name}
        autoComplete="off"
        onChange={(e) => set({ name: e.currentTarget.value })}
      />
      <div className={css.grid2}>
        {(['senders', 'recipients'] as const).map((side) => (
          <Textarea
            key={side}
            label={side === 'senders' ? 'Envelope senders' : 'Recipients'}
            description="One a line: address, domain, .domain for its subdomains. Empty: all."
            autosize
            minRows={3}
            maxRows={18}
            spellCheck={false}
            value={draft[side].join('\n')}
            error={problems[side]}
            onChange={(e) => set({ [side]: lines(e.currentTarget.value) })}
          />
        ))}
      </div>
    </>
  );
}
