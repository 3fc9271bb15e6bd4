import { failureOf, type Failure } from '@dest/core';
import { planRequests, type RequestPlan } from '../src/request-plan';
import type { WebhookCredentials, WebhookInit } from '../src/index';

function plan(credentials: Partial<WebhookCredentials>, init: Partial<WebhookInit> = {}): RequestPlan {
  return planRequests(
    { url: 'https://hooks.example/T0/canary-path?key=canary-query', ...credentials },
    {
      method: 'POST',
      headers: {},
      contentType: 'application/json',
      batch: false,
      concurrency: 1,
      timeoutMs: 1,
      ...init,
    },
  );
}

function refusal(credentials: Partial<WebhookCredentials>, init: Partial<WebhookInit> = {}): Failure {
  try {
    plan(credentials, init);
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('should have been refused');
}

describe('planRequests', () => {
  it('puts headers and authentication together', () => {
    expect(plan({ token: 'abc', headers: { 'X-Api-Key': 'k' } }, { headers: { 'x-team': 'a' } }).headers).toEqual({
      'content-type': 'application/json',
      'x-team': 'a',
      'x-api-key': 'k',
      authorization: 'Bearer abc',
    });
    const basic = plan({ username: 'zoë', password: 'pa:ss' }).headers.authorization?.split(' ');
    expect([basic?.[0], Buffer.from(basic?.[1] ?? '', 'base64').toString()]).toEqual(['Basic', 'zoë:pa:ss']);
    expect(plan({ username: 'key' }).headers.authorization).toBe('Basic a2V5Og==');
  });

  it("lets the credentials' headers win", () => {
    expect(plan({ headers: { 'X-A': 'secret' } }, { headers: { 'x-a': 'open' } }).headers['x-a']).toBe('secret');
  });

  it.each<[code: string, credentials: Partial<WebhookCredentials>, init?: Partial<WebhookInit>]>([
    ['WEBHOOK_URL_INVALID', { url: 'canary' }],
    ['WEBHOOK_URL_INVALID', { url: 'ftp://canary.example/' }],
    ['WEBHOOK_URL_INVALID', { url: 'https://canary.example/\r\nx' }],
    ['WEBHOOK_URL_INVALID', { url: ' https://canary.example/' }],
    ['WEBHOOK_URL_HAS_CREDENTIALS', { url: 'https://canary:canary@hooks.example/' }],
    ['WEBHOOK_URL_HAS_CREDENTIALS', { url: 'https://canary@hooks.example/' }],
    ['WEBHOOK_AUTH_AMBIGUOUS', { token: 'canary', username: 'canary' }],
    ['WEBHOOK_AUTH_AMBIGUOUS', { token: 'canary', password: 'canary' }],
    ['WEBHOOK_AUTH_AMBIGUOUS', { token: 'canary', headers: { Authorization: 'canary' } }],
    ['WEBHOOK_AUTH_INVALID', { token: 'canary\r\nx: y' }],
    ['WEBHOOK_AUTH_INVALID', { token: 'canary canary' }],
    ['WEBHOOK_AUTH_INVALID', { password: 'canary' }],
    ['WEBHOOK_AUTH_INVALID', { username: 'can:ary' }],
    ['WEBHOOK_AUTH_INVALID', { username: 'user', password: 'canary\n' }],
    ['WEBHOOK_HEADER_INVALID', { headers: { 'x-a': 'canary\r\nx-b: c' } }],
    ['WEBHOOK_HEADER_INVALID', { headers: { 'x-a': 'canary\0' } }],
    ['WEBHOOK_HEADER_INVALID', { headers: { 'x-a': 'canary→' } }],
    ['WEBHOOK_HEADER_INVALID', { headers: { 'x a': 'canary' } }],
    ['WEBHOOK_HEADER_INVALID', { headers: { '': 'canary' } }],
    ['WEBHOOK_HEADER_INVALID', {}, { headers: { 'x-a': 'b\nc' } }],
    ['WEBHOOK_HEADER_INVALID', {}, { contentType: 'text/x\r\nx: y' }],
    ['WEBHOOK_HEADER_RESERVED', {}, { headers: { Authorization: 'canary' } }],
    ['WEBHOOK_HEADER_RESERVED', {}, { headers: { 'Content-Type': 'text/x' } }],
    ['WEBHOOK_HEADER_RESERVED', { headers: { 'Webhook-Id': 'canary' } }],
    ['WEBHOOK_HEADER_RESERVED', { headers: { Host: 'canary' } }],
    ['WEBHOOK_SECRET_INVALID', { secret: 'whsec_canary!' }],
  ])('refuses with %s: %j', (code, credentials, init = {}) => {
    const { retry, code: found, message } = refusal(credentials, init);
    expect([retry, found]).toEqual(['configuration', code]);
    expect(message).not.toContain('canary');
  });

  it('scrubs every secret it knows', () => {
    const secret = 'whsec_Y2FuYXJ5LWZvdXI=';
    const { scrub } = plan({ token: 'canary-one', headers: { 'x-a': 'canary-three' }, secret: [secret, 'Y2FuYXJ5'] });
    const text = `canary-one canary-three ${secret} ${secret.slice(6)} Y2FuYXJ5 /T0/canary-path?key=canary-query canary-query`;
    expect(scrub(text)).toBe('*** *** *** *** *** *** ***');
    const basic = plan({ username: 'user', password: 'canary-two' });
    expect(basic.scrub(`canary-two ${Buffer.from('user:canary-two').toString('base64')}`)).toBe('*** ***');
  });
});
