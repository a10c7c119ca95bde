import { describeFaults } from './support/fault-story.ts';

describeFaults('twilio');
