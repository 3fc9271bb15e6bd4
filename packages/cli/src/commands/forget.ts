import { checkProfileId, type DestinationForgetting, type ForgetReport } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { EXIT, type ExitCode } from '../exit-codes';
import { withHost } from '../operator/with-host';
import type { Colors } from '../output/colors';
import { count } from '../output/count';
import { printable } from '../output/printable';

/** `dest forget <profile id>`: erases a person here and at the destinations. Ends with 1 where one of those failed. */
export async function forget(context: CommandContext, profile: string, options: GlobalOptions): Promise<ExitCode> {
  const { console } = context;
  checkProfileId(profile);
  return withHost(context, options, 'change', async ({ control }) => {
    const report = await control.forget(profile);
    if (options.json) await console.printJson(report);
    else await console.print(render(report, console.colors));
    return report.destinations.some(({ outcome }) => outcome === 'failed') ? EXIT.failed : EXIT.done;
  });
}

function render(
  { deliveries, deadLetters, envelopes, quarantined, unsearched, destinations }: ForgetReport,
  colors: Colors,
): string {
  const removed = [
    count(deliveries, 'waiting delivery', 'waiting deliveries'),
    count(deadLetters, 'dead letter'),
    count(envelopes, 'stored envelope'),
    ...(quarantined === 0 ? [] : [count(quarantined, 'damaged record')]),
  ];
  return [
    `${colors.green('✔')} outbox: ${removed.join(', ')} removed`,
    ...unsearched.map((file) => `${colors.yellow('?')} ${file} can’t be searched: look at it by hand, or remove it`),
    ...destinations.map((destination) => renderDestination(destination, colors)),
  ].join('\n');
}

function renderDestination({ destination, outcome, failure }: DestinationForgetting, colors: Colors): string {
  switch (outcome) {
    case 'forgotten':
      return `${colors.green('✔')} ${destination}: forgotten`;
    case 'unsupported':
      return `${colors.yellow('–')} ${destination}: its type can’t erase anybody; ask the other side`;
    case 'failed': {
      const why = failure === undefined ? '' : ` ${colors.red(failure.code)} ${printable(failure.message)}`;
      return `${colors.red('✘')} ${destination}:${why}`;
    }
  }
}
