import type { Application, ConfigurationIssue } from '@dest/host';
import { EXIT, type ExitCode } from './exit-codes';

/** Codes that say: something is not installed, or not as it should be; the configuration is fine. */
const ENVIRONMENT = /^PLUGIN_|^PACKAGE_NOT_LOADED$|_NOT_INSTALLED$|_CLIENT_BROKEN$/;
/** Codes that say: a host runs that shouldn't, or none does that should, or it is another one. */
const HOST =
  /^HOST_(NOT_RUNNING|FOREIGN)$|^OUTBOX_(LOCKED|NEWER)$|^CONTROL_(IN_USE|NOT_PERMITTED|VERSION_UNSUPPORTED)$/;
/** Codes of what a host refuses since it was asked for the wrong thing. */
const INPUT = /^(DESTINATION_UNKNOWN|PROFILE_ID_MISSING)$|^LANE_(NOT_ORPHANED|DEBUG_DIFFERS)$/;

/** Whether a failure's code says that a plugin or a binding is missing. */
export function isEnvironmentCode(code: string): boolean {
  return ENVIRONMENT.test(code) || HOST.test(code);
}

/** Whether a failure's code says that something was asked for that can't be. */
export function isInputCode(code: string): boolean {
  return INPUT.test(code);
}

/** The exit code that issues of the configuration stand for; warnings stand for none. */
export function exitCodeOf(issues: readonly ConfigurationIssue[], application?: Application): ExitCode {
  const errors = issues.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return EXIT.done;
  return errors.every(({ code }) => isEnvironmentIssue(code, application)) ? EXIT.environment : EXIT.invalid;
}

/** A name nobody registered may be that of a file or folder which could not be loaded: its names are not known. */
function isEnvironmentIssue(code: string, application: Application | undefined): boolean {
  if (code !== 'PACKAGE_UNKNOWN') return isEnvironmentCode(code);
  return application?.plugins.some(({ specification, issue }) => issue !== undefined && isPath(specification)) === true;
}

function isPath(specification: Application['plugins'][number]['specification']): boolean {
  const listed = typeof specification === 'string' ? specification : specification.package;
  return /^([./\\]|file:|[A-Za-z]:[/\\])/.test(listed);
}
