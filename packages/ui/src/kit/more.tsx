/** The way to the rest of a list that comes in pages. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

/** Nothing when all of it is there. */
export function LoadMore({ of, className }: { of: Paged; className?: string | undefined }): ReactNode {
  if (!of.hasNextPage) return null;
  return (
    <div className={className}>
      <Button variant="default" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        Load more
      </Button>
    </div>
  );
}
