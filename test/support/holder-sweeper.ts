/** Sweeps the holders of a state directory without a pause until its standard input ends. */
import { HolderDirectory } from '../../host/isolator/ledger/holder.ts';

const directory = new HolderDirectory(process.argv[2] ?? '');
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();
console.log('ready');

function sweep(): void {
  for (let round = 0; round < 50; round += 1) directory.sweep();
  if (!isOver) setImmediate(sweep);
}

sweep();
