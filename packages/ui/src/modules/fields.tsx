/** The form of a module, made from its type, with the type's Quick Start beside it. */
import { Button, Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { Fault, type ModuleType, type SpecField } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem } from '../kit/call.ts';
import { Problem } from '../kit/problem.tsx';
import { DeviceField } from './device.tsx';
import { grouped, initialValues, isOfUse, quickStart, readValues, type Saved, type Values } from './form.ts';
import css from './modules.module.css';

interface ModuleFormProps {
  type: ModuleType;
  name: string;
  saved?: Saved;
  error: unknown;
  busy: boolean;
  onSave: (name: string, settings: Saved) => void;
  onCancel: () => void;
  /** Beside the buttons. */
  extra?: ReactNode;
}

export function ModuleForm(props: ModuleFormProps): ReactNode {
  const spec = props.type.configuration_spec;
  const [name, setName] = useState(props.name);
  const [values, setValues] = useState<Values>(() => initialValues(spec, props.saved));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const result = readValues(spec, values);
    const own = 'problems' in result ? result.problems : {};
    setProblems(name.trim() === '' ? { ...own, name: 'Enter a module name.' } : own);
    if ('settings' in result && name.trim() !== '') props.onSave(name.trim(), result.settings);
  };
  return (
    <div className={css.columns}>
      <form className={`panel ${css.form}`} onSubmit={save} noValidate>
        <TextInput
          label="Module Name"
          maxLength={128}
          value={name}
          error={problems.name ?? fieldProblem(props.error, 'name')}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        {grouped(spec.filter((field) => isOfUse(field, values))).map(({ group, fields }) => (
          <Group key={group} title={group}>
            {fields.map((field) => (
              <SpecInput
                key={field.key}
                field={field}
                value={values[field.key] ?? ''}
                problem={problems[field.key] ?? fieldProblem(props.error, `settings.${field.key}`)}
                onChange={(value) => {
                  setValues((now) => ({ ...now, [field.key]: value }));
                  setProblems(({ [field.key]: _, ...others }) => others);
                }}
              />
            ))}
          </Group>
        ))}
        <Problem error={unplaced(props.error, spec)} />
        <div className={css.buttons}>
          <Button type="submit" loading={props.busy}>
            Save
          </Button>
          <Button variant="default" onClick={props.onCancel}>
            Cancel
          </Button>
          <span className={css.spread} />
          {props.extra}
        </div>
      </form>
      <QuickStart tips={props.type.tips} />
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }): ReactNode {
  if (title === '') return children;
  return (
    <fieldset className={css.group}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

/** A fault that no field shows. */
function unplaced(error: unknown, spec: SpecField[]): unknown {
  const places = ['name', ...spec.map((f) => `settings.${f.key}`)];
  const shown = error instanceof Fault && error.fields?.every((f) => places.includes(f.path));
  return shown ? undefined : error;
}

export interface SpecInputProps {
  field: SpecField;
  value: string | boolean;
  problem: string | undefined;
  onChange: (value: string | boolean) => void;
}

function SpecInput(props: SpecInputProps): ReactNode {
  const { field, value, problem, onChange } = props;
  const common = { label: field.label, description: field.tooltip, error: problem };
  if (field.type === 'device') return <DeviceField {...props} />;
  if (field.type === 'boolean')
    return (
      <Checkbox {...common} checked={value === true} onChange={(e) => onChange(e.currentTarget.checked)} />
    );
  if (field.type === 'options') return <Choice {...props} />;
  const text = { ...common, value: String(value), onChange: (e: Changed) => onChange(e.currentTarget.value) };
  if (field.type === 'password' || field.type === 'api_key')
    return <PasswordInput {...text} autoComplete="off" />;
  if (field.type === 'file') return <Textarea {...text} rows={4} spellCheck={false} />;
  return (
    <TextInput
      {...text}
      {...(field.type === 'integer' ? { inputMode: 'numeric', classNames: { wrapper: css.short } } : {})}
    />
  );
}
function Choice({ field, value, problem, onChange }: SpecInputProps): ReactNode {
  const offered = (field.options ?? []).map((o) => ({ value: String(o.value), label: o.label }));
  return (
    <NativeSelect
      size="xs"
      label={field.label}
      description={field.tooltip}
      error={problem}
      value={String(value)}
      data={value === '' || !field.required ? [{ value: '', label: 'Choose' }, ...offered] : offered}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
type Changed = { currentTarget: { value: string } };

function QuickStart({ tips }: { tips: string }): ReactNode {
  const steps = quickStart(tips);
  if (steps.length === 0) return null;
  return (
    <aside className={`panel ${css.quick}`} aria-label="Quick Start">
      <h2>Quick Start</h2>
      <ol className={css.steps}>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </aside>
  );
}
