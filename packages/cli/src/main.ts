import { inspect } from 'node:util';
import { EXIT } from './exit-codes';
import { Interruption, type InterruptSignal } from './interruption';
import { PluginFaults } from './plugin-faults';
import { run } from './run';

const interruption = new Interruption();
for (const signal of ['SIGINT', 'SIGTERM'] satisfies readonly InterruptSignal[]) {
  process.on(signal, () => {
    if (interruption.interrupt(signal)) return;
    // A progress bar that had no time to end has switched line wrapping off.
    if (process.stderr.isTTY) process.stderr.write('\u001b[?7h\n');
    process.exit(EXIT[signal]);
  });
}

const faults = new PluginFaults((thrown) => {
  // As Node.js would: what is no plugin's leaves nothing to rely on.
  if (process.stderr.isTTY) process.stderr.write('\u001b[?7h\n');
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : inspect(thrown)}\n`, () =>
    process.exit(EXIT.failed),
  );
});
process.on('uncaughtException', (thrown) => faults.take(thrown));
process.on('unhandledRejection', (reason) => faults.take(reason));
// A command that will never end, since what it waits for failed, ends here.
process.once('beforeExit', () => faults.end());

const { stdin, stdout, stderr } = process;
void run(process.argv.slice(2), { streams: { stdin, stdout, stderr }, interruption, faults }).then((exitCode) => {
  process.exitCode = exitCode;
  // A plugin may have left a timer or a socket behind, and stdin may still be open; what was written goes out first.
  stdout.write('', () => stderr.write('', () => process.exit()));
});
