import { App } from 'aws-cdk-lib';
import { acknowledgeFindings } from '../lib/acknowledgements.ts';
import { loadEnvironment } from '../lib/config/environments.ts';
import { createStacks } from '../lib/environment-stacks.ts';

const app = new App();
const context = (key: string): unknown => app.node.tryGetContext(key);
createStacks(app, loadEnvironment(context('environment'), { providerBaseUrls: context('providerBaseUrls') }));
acknowledgeFindings(app);
