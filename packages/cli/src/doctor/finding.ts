import { isEnvironmentCode } from '../environment-codes';
import { EXIT, type ExitCode } from '../exit-codes';

/** What a finding is about. */
export type FindingArea =
  'node' | 'core' | 'plugins' | 'bindings' | 'configuration' | 'outbox' | 'destinations' | 'intakes';

/** One thing that was looked at. */
export interface Finding {
  readonly area: FindingArea;
  /** `ok`: nothing is wrong. `warning`: it works, though perhaps not as meant, or not for long. `error`: it doesn't work. */
  readonly severity: 'ok' | 'warning' | 'error';
  /** Absent where nothing is wrong. */
  readonly code?: string;
  readonly message: string;
  /** What to do; absent where nothing is wrong. */
  readonly remedy?: string;
}

export function ok(area: FindingArea, message: string): Finding {
  return { area, severity: 'ok', message };
}

/** What is wrong in these areas is wrong with what is installed. */
const INSTALLED: readonly FindingArea[] = ['node', 'core', 'plugins', 'bindings'];

/** What `dest doctor` ends with for a finding: 3 for the environment, 2 for the configuration, 1 for all else that fails. */
export function exitCodeOfFinding({ area, severity, code = '' }: Finding): ExitCode {
  if (severity !== 'error') return EXIT.done;
  if (INSTALLED.includes(area) || isEnvironmentCode(code)) return EXIT.environment;
  return area === 'configuration' ? EXIT.invalid : EXIT.failed;
}
