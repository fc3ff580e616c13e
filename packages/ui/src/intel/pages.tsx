export { CasebookPage, CasebooksPage } from './casebooks.tsx';
export { IncidentPage, IncidentsPage } from './incidents.tsx';
export { IntelligencePage } from './intelligence.tsx';
