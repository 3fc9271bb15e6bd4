const { FakeHttpServer } = require('@dest/testkit');

/** What `dest test` has to know, which brings the suite and `@dest/testkit`. */
exports.conformance = {
  folder: __dirname,
  start: () => FakeHttpServer.start(),
  credentials: ({ origin, secret }) => ({ url: `${origin}/hook`, token: secret }),
  received: ({ taken }) =>
    taken
      .filter(({ method }) => method === 'POST')
      .map(({ body, headers }) => ({
        data: JSON.parse(body),
        idempotencyKey: decodeURIComponent(String(headers['idempotency-key'])),
      })),
};
