/** Choosing the scopes of an API client: presets, boxes, and narrower ones as text. */
import { Button, Checkbox, NativeSelect, Textarea } from '@mantine/core';
import { PRESETS, type ScopeRoot } from '@sightline/api';
import type { ReactNode } from 'react';
import css from './clients.module.css';
import {
  type Access,
  ALL_SCOPES,
  accesses,
  isTicked,
  narrower,
  ROOTS,
  SCOPE_TEXT,
  toggled,
  withNarrower,
} from './scopes.ts';

interface ChooseProps {
  scopes: string[];
  onChange: (scopes: string[]) => void;
  error?: string | undefined;
}

export function ChooseScopes({ scopes, onChange, error }: ChooseProps): ReactNode {
  const all = ALL_SCOPES.every((scope) => scopes.includes(scope));
  return (
    <fieldset className={css.choose}>
      <legend>Scopes</legend>
      <div className={css.presets}>
        <NativeSelect
          size="xs"
          label="Client preset"
          data={[
            { value: '', label: 'Choose a preset…' },
            ...PRESETS.map(({ id, label }) => ({ value: id, label })),
          ]}
          value=""
          onChange={(e) => {
            const preset = PRESETS.find(({ id }) => id === e.currentTarget.value);
            if (preset) onChange([...preset.scopes]);
          }}
        />
        <Button variant="default" size="xs" onClick={() => onChange(all ? [] : [...ALL_SCOPES])}>
          {all ? 'Clear All' : 'Select All'}
        </Button>
      </div>
      <table className={css.boxes} aria-label="Scopes">
        <thead>
          <tr>
            <th scope="col">Scope</th>
            <th scope="col">Read</th>
            <th scope="col">Write</th>
          </tr>
        </thead>
        <tbody>
          {ROOTS.map((root) => (
            <Root key={root} root={root} scopes={scopes} onChange={onChange} />
          ))}
        </tbody>
      </table>
      <Textarea
        label="Narrower scopes"
        description="One a line, for a part of a scope only: private-intel/incident:read"
        autosize
        minRows={1}
        maxRows={4}
        spellCheck={false}
        defaultValue={narrower(scopes).join('\n')}
        onBlur={(e) => onChange(withNarrower(scopes, e.currentTarget.value))}
      />
      {error && (
        <p role="alert" className={css.error}>
          {error}
        </p>
      )}
    </fieldset>
  );
}

function Root({ root, scopes, onChange }: ChooseProps & { root: ScopeRoot }): ReactNode {
  const box = (access: Access): ReactNode =>
    accesses(root).includes(access) && (
      <Checkbox
        aria-label={`${root}:${access}`}
        checked={isTicked(scopes, root, access)}
        onChange={() => onChange(toggled(scopes, root, access))}
      />
    );
  return (
    <tr>
      <th scope="row">
        <div>
          <span className="mono">{root}</span>
          <span className="muted">{SCOPE_TEXT[root]}</span>
        </div>
      </th>
      <td>{box('read')}</td>
      <td>{box('write')}</td>
    </tr>
  );
}
