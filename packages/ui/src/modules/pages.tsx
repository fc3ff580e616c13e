import type { ReactNode } from 'react';

export function ModulesPage(): ReactNode {
  return <h1>ModulesPage</h1>;
}

export function NewModulePage(): ReactNode {
  return <h1>NewModulePage</h1>;
}

export function EditModulePage(): ReactNode {
  return <h1>EditModulePage</h1>;
}
