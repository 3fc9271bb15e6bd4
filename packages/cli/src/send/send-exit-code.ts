import type { Application } from '@dest/host';
import { exitCodeOf, isEnvironmentCode } from '../environment-codes';
import { EXIT, worstOf, type ExitCode } from '../exit-codes';
import type { DestinationReport, SendReport } from './send-report';

/** What a run that was not interrupted ends with. */
export function sendExitCode(report: SendReport, application: Application): ExitCode {
  const codes: ExitCode[] = [report.lines.bad > 0 ? EXIT.invalid : EXIT.done];
  if (application.plugins.some(({ issue }) => issue !== undefined)) codes.push(EXIT.environment);
  report.destinations.forEach((destination, index) => {
    const { compiled, issues } = application.destinations[index]!;
    const enabled = compiled.destination.enabled && compiled.resourceEnabled;
    if (issues.length > 0) codes.push(enabled ? exitCodeOf(issues, application) : EXIT.done);
    else codes.push(codeOfDeliveries(destination));
  });
  return worstOf(codes);
}

function codeOfDeliveries({ state, failed, refused, waiting, lastFailure }: DestinationReport): ExitCode {
  // What is held as somebody wants it is not left over.
  if (state === 'disabled') return EXIT.done;
  if (failed + refused + waiting === 0) return EXIT.done;
  return lastFailure !== null && isEnvironmentCode(lastFailure.code) ? EXIT.environment : EXIT.failed;
}
