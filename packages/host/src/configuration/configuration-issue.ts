import { ConfigurationError } from '@dest/core';

/** Something wrong, or worth knowing, about a configuration. */
export interface ConfigurationIssue {
  readonly code: string;
  /** JSON pointer into the configuration, such as `/destinations/0/init/topic`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  /** 1-based place in the file; absent for a configuration that was handed over as an object. */
  readonly line?: number;
  readonly column?: number;
  /** `error`: it can't be used as it is. `warning`: it works, though perhaps not as meant. */
  readonly severity: 'error' | 'warning';
}

/** A configuration that can't be used, with everything that is wrong with it. */
export class InvalidConfigurationError extends ConfigurationError {
  override readonly name = 'InvalidConfigurationError';
  readonly issues: readonly ConfigurationIssue[];

  constructor(name: string, issues: readonly ConfigurationIssue[]) {
    super(issues.map((issue) => describeConfigurationIssue(name, issue)).join('\n'), { code: 'CONFIGURATION_INVALID' });
    this.issues = issues;
  }
}

/** `dest.yaml:12:7 INIT_INVALID init.topic: should be a string, is 5` */
export function describeConfigurationIssue(name: string, issue: ConfigurationIssue): string {
  const position = issue.line === undefined ? '' : `:${issue.line}:${issue.column ?? 1}`;
  const path = issue.line === undefined && issue.path !== '' ? ` ${issue.path}` : '';
  return `${name}${position}${path} ${issue.code} ${issue.message}`;
}
