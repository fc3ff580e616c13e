import { start } from './kit/program.tsx';
import { Portal } from './portal.tsx';

start(<Portal />);
