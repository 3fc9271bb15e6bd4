export { FakeIssuer, type IssuerBehaviour } from '@dest/testkit';
