/** The pages of modules, by the names that the portal's router loads. */
export { EditModulePage } from './edit.tsx';
export { MessagePage } from './message.tsx';
export { ModulesPage } from './modules.tsx';
export { NewModulePage } from './new.tsx';
