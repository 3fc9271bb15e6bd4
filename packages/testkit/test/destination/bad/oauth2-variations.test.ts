import { oauth2Variations } from './oauth2-variations';
import { testVariations } from './test-variations';

testVariations(oauth2Variations);
