/** The command palette: every place and every switch by its name. Loaded when it is first asked for. */
import '@mantine/spotlight/styles.layer.css';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';

export interface Command {
  id: string;
  label: string;
  icon?: ReactNode;
  run: () => void;
}

interface PaletteProps {
  commands: Command[];
  /** What can be done with any text, e.g. investigate it. */
  withText: (text: string) => Command[];
  onClose: () => void;
}

export default function Palette({ commands, withText, onClose }: PaletteProps): ReactNode {
  const [text, setText] = useState('');
  const [opened, setOpened] = useState(false);
  // Opened after it is in the page, so that the field gets the focus.
  useEffect(() => setOpened(true), []);
  const close = (): void => {
    setOpened(false);
    onClose();
  };
  const actions = [...commands, ...withText(text)].map(
    ({ id, label, icon, run }): SpotlightActionData => ({
      id,
      label,
      leftSection: icon,
      onClick: () => {
        close();
        run();
      },
      // What is made of the text itself always fits.
      keywords: id.startsWith('text:') ? [text] : [],
    }),
  );
  return (
    <Spotlight
      actions={actions}
      query={text}
      onQueryChange={setText}
      forceOpened={opened}
      onSpotlightClose={close}
      shortcut={null}
      limit={12}
      nothingFound="Nothing has this name"
      searchProps={{
        leftSection: <IconSearch size={16} />,
        placeholder: 'Go to a page, switch something, or investigate a text',
        'aria-label': 'Command',
      }}
    />
  );
}
