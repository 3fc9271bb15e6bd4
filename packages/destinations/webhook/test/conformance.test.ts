import { describeDestination } from '@dest/testkit';
import { conformance } from '../conformance.cjs';
import { WebhookDestination } from '../src/index';

describeDestination(WebhookDestination, conformance);
