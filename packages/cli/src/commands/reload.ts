import type { CommandContext, GlobalOptions } from '../command-context';
import { exitCodeOf } from '../environment-codes';
import { EXIT, type ExitCode } from '../exit-codes';
import { describeReload } from '../operator/describe-reload';
import { withRunningHost } from '../operator/with-host';
import { describeIssue } from '../output/describe-issue';

/** `dest reload`: has the running host read its configuration again. Ends with 2 or 3 where that is refused. */
export function reload(context: CommandContext, options: GlobalOptions): Promise<ExitCode> {
  const { console } = context;
  return withRunningHost(context, options, async ({ control }) => {
    const report = await control.reload();
    const exitCode = report.taken ? EXIT.done : exitCodeOf(report.issues);
    if (options.json) {
      await console.printJson(report);
      return exitCode;
    }
    const { colors } = console;
    for (const issue of report.issues) await console.print(describeIssue(options.config, issue, colors));
    const mark = report.taken ? colors.green('✔') : colors.red('✘');
    await console.print(`${mark} ${describeReload(report)}`);
    return exitCode;
  });
}
