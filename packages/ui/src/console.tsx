import { Console } from './console/router.tsx';
import { start } from './kit/program.tsx';

start(<Console />);
