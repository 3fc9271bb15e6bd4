import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Waits until the broker takes messages.
 * @param {string} httpUrl
 * @param {{ token: string | undefined, timeoutMs: number, stillRunning: () => boolean, signal: AbortSignal }} options
 * @returns {Promise<boolean>} false where the broker ended or the time is over
 */
export async function waitUntilHealthy(httpUrl, { token, timeoutMs, stillRunning, signal }) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && stillRunning()) {
    signal.throwIfAborted();
    if (await isHealthy(httpUrl, token)) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/**
 * @param {string} httpUrl
 * @param {string | undefined} token
 */
export async function isHealthy(httpUrl, token) {
  try {
    const health = await request(`${httpUrl}/admin/v2/brokers/health`, { token });
    if (!health.ok || (await health.text()).trim() !== 'ok') return false;
    // The broker is healthy a moment before its default namespace is there.
    const namespace = await request(`${httpUrl}/admin/v2/namespaces/public/default`, { token });
    await namespace.arrayBuffer();
    return namespace.ok;
  } catch {
    return false;
  }
}

/**
 * Calls the broker's admin interface.
 * @param {string} url
 * @param {{ token: string | undefined, method?: string, body?: unknown }} options
 * @returns {Promise<Response>}
 */
export async function request(url, { token, method = 'GET', body }) {
  return fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
