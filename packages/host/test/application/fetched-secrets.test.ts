import { FetchedSecrets } from '../../src/application/fetched-secrets';

test('many tokens later an old one is forgotten, but for those that come up again', () => {
  const secrets = new FetchedSecrets();
  for (let count = 1; count <= 1_000; count++) {
    secrets.learn(`access-${count}-of-many`);
    secrets.learn('refresh-in-use');
  }
  expect(secrets.redact('refresh-in-use, access-1000-of-many, access-600-of-many')).toBe('•••, •••, •••');
  expect(secrets.redact('access-1-of-many')).toBe('access-1-of-many');
});
