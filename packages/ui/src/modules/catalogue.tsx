import { Button, Modal, TextInput } from '@mantine/core';
import type { ModuleType } from '@sightline/api';
import { IconMailSearch, IconPlus, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { May } from '../kit/may.tsx';
import { EmptyState } from '../kit/states.tsx';
import { searchTypes } from './form.ts';
import css from './modules.module.css';
import { NEW_MODULE } from './places.ts';

/** The kinds of modules there are, each with the way to add one. */
export function Catalogue({ types }: { types: ModuleType[] }): ReactNode {
  const [text, setText] = useState('');
  const found = searchTypes(types, text);
  return (
    <section className={css.section} aria-labelledby="catalogue">
      <div className={css.sectionHead}>
        <h2 id="catalogue">Available modules</h2>
        <TextInput
          type="search"
          aria-label="Search modules"
          placeholder="Search modules"
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
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
        <span className={css.icon}>
          <IconMailSearch size={19} stroke={1.6} aria-hidden />
        </span>
        <div className={css.grow}>
          <h3>{type.title}</h3>
          <p className="muted">{type.short_description}</p>
        </div>
      </div>
      <div className={css.foot}>
        <May do="module:write">
          <Button leftSection={<IconPlus size={14} />} onClick={add}>
            Add New Module
          </Button>
        </May>
        <Button variant="default" onClick={() => setReading(true)}>
          Learn More
        </Button>
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
          {paragraph}
        </p>
      ))}
      <h3>What it can do</h3>
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {type.capabilities.map((c) => (
          <li key={c.id}>{c.description}</li>
        ))}
      </ul>
    </div>
  );
}
