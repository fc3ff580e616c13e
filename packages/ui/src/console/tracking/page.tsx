/** Monitor > Message Tracking. The address keeps the search, so that it can be shared and gone back to. */
import { Button } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import css from '../console.module.css';
import { Block, ConsolePage } from '../parts.tsx';
import { TRACKING } from '../places.ts';
import { Fields } from './fields.tsx';
import { emptyForm, fromParams, type Problems, type TrackingForm, toParams, toSearch } from './form.ts';
import { Results } from './results.tsx';

export function TrackingPage(): ReactNode {
  const params = useSearch({ strict: false }) as Record<string, string>;
  const address = JSON.stringify(params);
  const asked = useMemo(() => fromParams(JSON.parse(address) as Record<string, string>), [address]);
  const [at, setAt] = useState(Date.now);
  const result = useMemo(() => toSearch(asked, at), [asked, at]);
  return (
    <ConsolePage
      title="Message Tracking"
      lead="Every message that reached this appliance, and what became of it."
    >
      <SearchForm asked={asked} onSearch={setAt} given={'problems' in result ? result.problems : NONE} />
      {'search' in result && <Results search={result.search} asked={asked} />}
    </ConsolePage>
  );
}

const NONE: Problems = {};

interface SearchFormProps {
  asked: TrackingForm;
  /** Problems of the address itself, e.g. of a mistyped link. */
  given: Problems;
  onSearch: (at: number) => void;
}

function SearchForm({ asked, given, onSearch }: SearchFormProps): ReactNode {
  const navigate = useNavigate();
  const [form, setForm] = useState(asked);
  const [problems, setProblems] = useState(given);
  useEffect(() => {
    setForm(asked);
    setProblems(given);
  }, [asked, given]);

  const search = (event: FormEvent): void => {
    event.preventDefault();
    const now = Date.now();
    const result = toSearch(form, now);
    setProblems('problems' in result ? result.problems : NONE);
    if ('problems' in result) return;
    onSearch(now);
    void navigate({ to: TRACKING, search: toParams(form) as never });
  };
  return (
    <search>
      <Block title="Search">
        <form className={css.stack} onSubmit={search} noValidate>
          <Fields
            form={form}
            problems={problems}
            set={(field, value) => {
              setForm((now) => ({ ...now, [field]: value }));
              setProblems(({ [field]: _, ...others }) => others);
            }}
          />
          <div className={css.row}>
            <Button type="submit" leftSection={<IconSearch size={14} />}>
              Search
            </Button>
            <Button variant="subtle" onClick={() => setForm(emptyForm())}>
              Clear
            </Button>
          </div>
        </form>
      </Block>
    </search>
  );
}
