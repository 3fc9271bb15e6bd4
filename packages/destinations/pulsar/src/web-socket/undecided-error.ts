import { ConfigurationError, failureOf, messageOf } from '@dest/core';

/** Whether Pulsar failed over the question whether we may: it does for a role that asks about an unknown tenant. */
export function isUndecided(error: unknown): boolean {
  const { code, message } = failureOf(error);
  return code === 'PULSAR_UNAVAILABLE' && message.includes('500 Server error');
}

/** What that means where Pulsar can decide about other tenants. */
export function unknownTenant(where: string, tenant: string, undecided: unknown): ConfigurationError {
  return new ConfigurationError(
    `${where}: Pulsar can't tell whether we may, though it can for others; most likely there is no tenant "${tenant}". ` +
      `Check the topic's tenant. ${messageOf(undecided)}`,
    { code: 'PULSAR_TOPIC_NOT_FOUND', cause: undecided },
  );
}
