import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { notifyProblem } from './notify.ts';

/** Copies to the clipboard; also where the page has no secure context and the modern way is missing. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const ok = document.execCommand('copy');
  area.remove();
  if (!ok) throw new Error('The browser did not allow copying. Select the text and copy it by hand.');
}

interface CopyProps {
  text: string;
  /** Name of the button; with `icon` it is the tooltip. */
  label: string;
  icon?: boolean;
  /** In place of the usual copy glyph. */
  glyph?: ReactNode;
}

export function CopyButton({ text, label, icon, glyph: own }: CopyProps): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => void copyText(text).then(() => setCopied(true), notifyProblem);
  const glyph = copied ? <IconCheck size={14} color="var(--sl-good)" /> : (own ?? <IconCopy size={14} />);
  if (!icon)
    return (
      <Button variant="default" leftSection={glyph} onClick={copy}>
        {copied ? 'Copied' : label}
      </Button>
    );
  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon size={22} aria-label={label} onClick={copy}>
        {glyph}
      </ActionIcon>
    </Tooltip>
  );
}
