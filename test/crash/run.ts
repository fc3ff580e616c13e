/** npm run crash -- kill9 [--cycles 20] [--seed n] [--messages 300] [--fault early] */
import { parseArgs } from 'node:util';
import { kill9 } from './kill9.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    cycles: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    messages: { type: 'string', default: '300' },
    fault: { type: 'string' },
  },
});

if (positionals[0] !== 'kill9' || (values.fault !== undefined && values.fault !== 'early')) {
  console.error('Usage: npm run crash -- kill9 [--cycles 20] [--seed n] [--messages 300] [--fault early]');
  process.exit(2);
}
console.log(`seed ${values.seed}`);
const result = await kill9({
  cycles: Number(values.cycles),
  seed: Number(values.seed),
  messages: Number(values.messages),
  ...(values.fault ? { fault: values.fault } : {}),
  say: (line) => console.log(line),
});
console.log(JSON.stringify(result));
if (result.lost > 0 || result.untracked > 0) process.exitCode = 1;
