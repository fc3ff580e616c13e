/** What the Host Access Table, as it is on the page, would make of an address. */
import { Button, Select, TextInput } from '@mantine/core';
import { allListeners, type Config, type HatAnswer, testHat } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../../kit/call.ts';
import { Inert } from '../../kit/inert.tsx';
import { Problem } from '../../kit/problem.tsx';
import css from '../console.module.css';
import { Block, Facts } from '../parts.tsx';

export function TryHat({ config }: { config: Config }): ReactNode {
  const names = allListeners(config).map(({ name }) => name);
  const [ip, setIp] = useState('');
  const [listener, setListener] = useState(names[0] ?? '');
  const test = useAct(testHat);
  const wrong = fieldProblem(test.error, 'ip');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    test.mutate({ body: { ip, listener } });
  };
  return (
    <Block title="Test an address">
      <form className={css.stack} onSubmit={send} noValidate>
        <div className={css.row} style={{ alignItems: 'flex-start' }}>
          <TextInput
            aria-label="Address to test"
            placeholder="192.0.2.7"
            spellCheck={false}
            value={ip}
            error={wrong}
            onChange={(e) => setIp(e.currentTarget.value)}
          />
          <Select
            aria-label="On the listener"
            allowDeselect={false}
            data={names}
            value={listener}
            onChange={(name) => setListener(name ?? '')}
          />
          <Button type="submit" variant="default" loading={test.isPending}>
            Test
          </Button>
        </div>
        {!wrong && <Problem error={test.error} />}
        {test.data && <Result {...test.data} />}
      </form>
    </Block>
  );
}

function Result({ group, policy, behavior, by, reverseDns, verified }: HatAnswer): ReactNode {
  const host = reverseDns ? `${reverseDns}${verified ? '' : ' (does not lead back to the address)'}` : 'none';
  return (
    <Facts
      rows={[
        ['Sender group', group],
        ['Because of', <Inert key="by" text={by} />],
        ['Mail flow policy', `${policy} (${behavior})`],
        ['Host name', <Inert key="host" text={host} />],
      ]}
    />
  );
}
