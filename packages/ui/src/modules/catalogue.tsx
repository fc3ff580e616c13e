import { Button, Modal, TextInput } from '@mantine/core';
import type { ModuleType } from '@sightline/api';
import { IconFileImport, IconPlus, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Inert } from '../kit/inert.tsx';
import { May } from '../kit/may.tsx';
import { EmptyState } from '../kit/states.tsx';
import { searchTypes } from './form.ts';
import { ImportType, RemoveType } from './import.tsx';
import { Logo } from './logo.tsx';
import css from './modules.module.css';
import { NEW_MODULE } from './places.ts';

/** The kinds of modules there are, each with the way to add one. */
export function Catalogue({ types }: { types: ModuleType[] }): ReactNode {
  const [text, setText] = useState('');
  const [importing, setImporting] = useState(false);
  const found = searchTypes(types, text);
  return (
    <section className={css.section} aria-labelledby="catalogue">
      <div className={css.sectionHead}>
        <h2 id="catalogue">Available modules</h2>
        <div className={css.foot}>
          <May do="module:write">
            <Button
              variant="default"
              leftSection={<IconFileImport size={14} />}
              onClick={() => setImporting(true)}
            >
              Import Module Type
            </Button>
          </May>
          <TextInput
            type="search"
            aria-label="Search modules"
            placeholder="Search modules"
            leftSection={<IconSearch size={14} />}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
        </div>
      </div>
      {found.length === 0 && (
        <div className="panel">
          <EmptyState title="No module matches">Try another word.</EmptyState>
        </div>
      )}
      <div className={css.cards}>
        {found.map((type) => (
          <TypeCard key={type.id} type={type} />
        ))}
      </div>
      <ImportType opened={importing} onClose={() => setImporting(false)} />
    </section>
  );
}

function TypeCard({ type }: { type: ModuleType }): ReactNode {
  const [reading, setReading] = useState(false);
  const navigate = useNavigate();
  const add = (): void => void navigate({ to: NEW_MODULE, search: { type: type.id } as never });
  return (
    <article className={`panel ${css.card}`} aria-label={type.title}>
      <div className={css.head}>
        <Logo src={type.logo} />
        <div className={css.grow}>
          <h3>
            <Inert text={type.title} />
          </h3>
          <p className="muted">
            <Inert text={type.short_description} />
          </p>
        </div>
      </div>
      <div className={css.chips}>
        {type.capabilities.map((c) => (
          <span key={c.id} className={css.chip}>
            <Inert text={c.id} />
          </span>
        ))}
      </div>
      <div className={css.foot}>
        <May do="module:write">
          <Button variant="light" leftSection={<IconPlus size={14} />} onClick={add}>
            Add New Module
          </Button>
        </May>
        <Button variant="default" onClick={() => setReading(true)}>
          Learn More
        </Button>
        {type.visibility === 'org' && (
          <May do="module:write">
            <RemoveType type={type} />
          </May>
        )}
      </div>
      <Modal opened={reading} onClose={() => setReading(false)} title={type.title} size="lg">
        <About type={type} />
      </Modal>
    </article>
  );
}

function About({ type }: { type: ModuleType }): ReactNode {
  return (
    <div className={css.section}>
      {type.description.split(/\n+/).map((paragraph) => (
        <p key={paragraph} style={{ margin: 0 }}>
          <Inert text={paragraph} />
        </p>
      ))}
      <h3>What it can do</h3>
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {type.capabilities.map((c) => (
          <li key={c.id}>
            <Inert text={c.description || c.id} />
          </li>
        ))}
      </ul>
      {type.external_references.length > 0 && (
        <>
          <h3>More about it</h3>
          <ul style={{ margin: 0, paddingLeft: 18 }}>
            {type.external_references.map((reference) => (
              <li key={reference.link}>
                <a className={css.link} href={reference.link} target="_blank" rel="noreferrer noopener">
                  <Inert text={reference.label} />
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
