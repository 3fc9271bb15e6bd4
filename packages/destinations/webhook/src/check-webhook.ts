import { failureOf, type CheckResult, type CheckStep } from '@dest/core';
import type { Answer } from './status-error';

/**
 * What an OPTIONS request tells. Any answer shows that the receiver is there. Whether it would take a delivery only a
 * delivery tells: many receivers don't know OPTIONS, so only what holds for every method counts as a failure.
 */
export async function checkWebhook(probe: () => Promise<Answer>): Promise<CheckResult> {
  let answer: Answer;
  try {
    answer = await probe();
  } catch (error) {
    const { code, message } = failureOf(error);
    return result([{ name: code.startsWith('OAUTH2_') ? 'authenticated' : 'reachable', ok: false, message }]);
  }
  const { status, origin, redirectedTo } = answer;
  const found = `${origin} answered OPTIONS with ${status}`;
  const reachable: CheckStep = { name: 'reachable', ok: true, message: found };
  if (status === 401 || status === 407) {
    return result([reachable, { name: 'authenticated', ok: false, message: `${found}: check the credentials.` }]);
  }
  if (status >= 300 && status < 400) {
    const message = `${found}, pointing to ${redirectedTo ?? 'nowhere'}: redirects are not followed, set the final url.`;
    return result([reachable, { name: 'redirect', ok: false, message }]);
  }
  if (status >= 500 && status !== 501 && status !== 505) {
    return result([reachable, { name: 'available', ok: false, message: `${found}: the receiver is failing.` }]);
  }
  return result([reachable]);
}

function result(steps: readonly CheckStep[]): CheckResult {
  const failed = steps.find((step) => !step.ok);
  const message = (failed ?? steps.at(-1))?.message;
  return { ok: failed === undefined, steps, ...(message === undefined ? {} : { message }) };
}
