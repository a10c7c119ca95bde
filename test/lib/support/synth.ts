import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { EnvironmentConfig } from '../../../lib/config/environment.ts';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { createStacks } from '../../../lib/environment-stacks.ts';

/** The feature flags that the real app runs with. */
const { context: flags } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };

/** What only costs time in a test: copying sources, remembering where each construct was made. */
const FAST = {
  'aws:cdk:bundling-stacks': [],
  'aws:cdk:disable-asset-staging': true,
  'aws:cdk:disable-stack-trace': true,
  // Prints every remark of every synth.
  '@aws-cdk/core:annotationsInValidationReport': false,
};

/** An app with the project's flags, without bundling, and without the CDK's validator unless a test is about it. */
export const createApp = (context: Record<string, unknown> = {}, builtinCloudFormationValidation = false): App =>
  new App({
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation,
    context: { ...flags, ...FAST, ...context },
  });

/** What an environment's templates say. */
export interface Synthesised {
  readonly egress: Template;
  readonly rooms: Readonly<Record<string, Template>>;
}

export const synthesize = (config: EnvironmentConfig): Synthesised => {
  const { egress, rooms } = createStacks(createApp(), config);
  return {
    egress: Template.fromStack(egress),
    rooms: Object.fromEntries(Object.entries(rooms).map(([name, stack]) => [name, Template.fromStack(stack)])),
  };
};

let production: Synthesised | undefined;

/** The production example, synthesised once per test file. */
export const productionTemplates = (): Synthesised => (production ??= synthesize(PRODUCTION));

/** A room of the production example with everything in it. */
export const otpRoom = (): Template => productionTemplates().rooms.otp!;
