import { decodeSecrets, signWebhook } from '../src/sign-webhook';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('signWebhook', () => {
  it("gives the signature that the specification's own libraries test for", () => {
    const signature = signWebhook(
      decodeSecrets(SECRET),
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
    );
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('decodeSecrets', () => {
  it('takes secrets with and without prefix and padding', () => {
    const keys = decodeSecrets([SECRET, SECRET.slice(6), 'whsec_YWI=', 'whsec_YWI']);
    expect(keys[0]).toEqual(keys[1]);
    expect(keys.slice(2).map(String)).toEqual(['ab', 'ab']);
    expect(decodeSecrets(undefined)).toEqual([]);
  });

  it.each(['whsec_=', 'whsec_not base64', 'whsec_a', 'canary!', 'whsk_YWJj'])(
    'refuses %j without printing it',
    (secret) => {
      for (const given of [secret, ['whsec_YWI=', secret]]) {
        expect(() => decodeSecrets(given)).toThrow(
          expect.objectContaining({
            code: 'WEBHOOK_SECRET_INVALID',
            message: expect.not.stringContaining(secret.length > 7 ? secret.slice(6) : secret) as string,
          }),
        );
      }
    },
  );
});
