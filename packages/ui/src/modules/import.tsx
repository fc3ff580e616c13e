/** Adding a kind of module from the document that its maker published, and taking it out again. */
import { Button, FileButton, Modal, Textarea } from '@mantine/core';
import {
  deleteModuleType,
  Fault,
  importModuleType,
  listModuleTypes,
  type ModuleType,
  TypeDocument,
} from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { Problem } from '../kit/problem.tsx';
import css from './modules.module.css';

export function ImportType({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactNode {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const add = useAct(importModuleType, {
    refresh: [listModuleTypes],
    done: (made) => `${made.title} is in the catalogue.`,
    onDone: () => {
      setText('');
      onClose();
    },
  });
  const read = async (file: File | null): Promise<void> => setText((await file?.text()) ?? '');
  const save = (): void => {
    const document = documentOf(text);
    setProblem(typeof document === 'string' ? document : '');
    if (typeof document !== 'string') add.mutate({ body: document });
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Import Module Type" size="lg">
      <div className={css.section}>
        <p className="muted" style={{ margin: 0 }}>
          Relays are published with a module_type.json. Choose that file, or paste it. Before you save, set
          properties.url to the address at which your relay runs.
        </p>
        <FileButton accept="application/json,.json" onChange={(file) => void read(file)}>
          {(props) => (
            <Button variant="default" {...props}>
              Choose File
            </Button>
          )}
        </FileButton>
        <Textarea
          label="Document"
          autosize
          minRows={8}
          maxRows={18}
          value={text}
          error={problem}
          spellCheck={false}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <Problem error={add.error} />
        {fieldsOf(add.error).map((line) => (
          <p key={line} className="muted" style={{ margin: 0 }}>
            {line}
          </p>
        ))}
        <div className={css.buttons}>
          <Button loading={add.isPending} onClick={save}>
            Save
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </div>
    </Modal>
  );
}

const fieldsOf = (error: unknown): string[] =>
  error instanceof Fault ? (error.fields ?? []).map(({ path, message }) => `${path}: ${message}`) : [];

/** The document, or what is wrong with it. */
function documentOf(text: string): TypeDocument | string {
  try {
    const result = TypeDocument.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    return `${issue?.path.join('.')}: ${issue?.message}`;
  } catch {
    return 'This is not JSON.';
  }
}

export function RemoveType({ type }: { type: ModuleType }): ReactNode {
  const [asking, setAsking] = useState(false);
  const remove = useAct(deleteModuleType, {
    refresh: [listModuleTypes],
    done: `${type.title} has been taken out of the catalogue.`,
  });
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        Delete
      </Button>
      <Confirm
        opened={asking}
        title={`Delete ${type.title}?`}
        verb="Delete module type"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ params: { id: type.id } })}
        onClose={() => setAsking(false)}
      >
        It is taken out of the catalogue. Modules of this type must be deleted first.
      </Confirm>
    </>
  );
}
