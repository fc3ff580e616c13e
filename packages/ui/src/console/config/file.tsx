/** System Administration > Configuration File: the configuration out of this appliance and into it. */

import { Button, FileButton } from '@mantine/core';
import {
  type ConfigFile,
  ConfigFile as ConfigFileSchema,
  exportConfig,
  getCloud,
  getConfig,
  importConfig,
} from '@sightline/api';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useAct } from '../../kit/call.ts';
import { May } from '../../kit/may.tsx';
import { Problem } from '../../kit/problem.tsx';
import css from '../console.module.css';
import { useFlash } from '../flash.tsx';
import { Block, ConsolePage } from '../parts.tsx';
import { COMMIT } from '../places.ts';

export function ConfigFilePage(): ReactNode {
  return (
    <ConsolePage
      title="Configuration File"
      lead="Keep the configuration outside of this appliance, or carry it to another."
    >
      <Export />
      <May do="config:submit">
        <Import />
      </May>
    </ConsolePage>
  );
}

function Export(): ReactNode {
  const write = useAct(exportConfig, { onDone: save });
  return (
    <Block title="Export">
      <div className={css.stack}>
        <span>
          One JSON file with every live setting. Passwords are not in it, nor is the registration with the
          exchange.
        </span>
        <Problem error={write.error} />
        <div>
          <Button
            leftSection={<IconDownload size={14} />}
            loading={write.isPending}
            onClick={() => write.mutate({})}
          >
            Export Configuration
          </Button>
        </div>
      </div>
    </Block>
  );
}

/** `esa03.example.com-2026-01-05-commit-7.json` */
function save(file: ConfigFile): void {
  const url = URL.createObjectURL(
    new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = `${file.hostname}-${file.exported.slice(0, 10)}-commit-${file.generation}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

function Import(): ReactNode {
  const [problem, setProblem] = useState<Error | null>(null);
  const flash = useFlash();
  const navigate = useNavigate();
  const load = useAct(importConfig, {
    refresh: [getConfig, getCloud],
    onDone: (state) => {
      flash(
        state.changes.length === 0
          ? 'Success — The file says what is live already.'
          : 'Success — The file is submitted. Review what it changes, then commit.',
        COMMIT,
      );
      void navigate({ to: COMMIT });
    },
  });
  const take = (file: File | null): void => {
    if (!file) return;
    setProblem(null);
    read(file).then((body) => load.mutate({ body }), setProblem);
  };
  return (
    <Block title="Import">
      <div className={css.stack}>
        <span>
          The file takes the place of your uncommitted changes. You see what it changes before you commit.
          Passwords of this appliance stay as they are.
        </span>
        <Problem error={problem ?? load.error} />
        <div>
          <FileButton onChange={take} accept="application/json,.json">
            {(props) => (
              <Button
                {...props}
                variant="default"
                leftSection={<IconUpload size={14} />}
                loading={load.isPending}
              >
                Choose File
              </Button>
            )}
          </FileButton>
        </div>
      </div>
    </Block>
  );
}

const LARGEST = 1024 * 1024;

async function read(file: File): Promise<ConfigFile> {
  if (file.size > LARGEST) throw new Error(`${file.name} is larger than 1 MiB: it is no configuration file.`);
  const parsed = ConfigFileSchema.safeParse(json(await file.text()));
  if (!parsed.success) throw new Error(`${file.name}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
