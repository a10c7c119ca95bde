import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { ACKNOWLEDGEMENTS, acknowledgeFindings } from '../../lib/acknowledgements.ts';
import { PRODUCTION } from '../../lib/config/production.ts';
import { createStacks } from '../../lib/environment-stacks.ts';
import { createApp } from './support/synth.ts';

interface Report {
  readonly pluginReports: {
    readonly violations: { readonly ruleName: string; readonly violatingConstructs: { constructPath: string }[] }[];
  }[];
}

const productionApp = (): App => {
  const app = createApp({}, true);
  createStacks(app, PRODUCTION);
  return app;
};

/** Findings of cdk-nag's two packs and of the validator that ships with the CDK, warnings included. */
const findings = (app: App): string[] => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));
  try {
    app.synth();
  } catch {
    // Findings make synth fail; the report says which.
  }
  const report = path.join(app.outdir, 'validation-report.json');
  const { pluginReports } = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Report) : NOTHING;
  return pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    ),
  );
};

/** Without findings there is no report. */
const NOTHING: Report = { pluginReports: [] };

/** What was acknowledged, in the words of the checkers' report. */
const acknowledged = (app: App): string[] =>
  app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, unknown>))
      // The CDK acknowledges findings about its own constructs, too.
      .filter(([, reason]) => JSON.stringify(reason).includes('Tested in'))
      .map(([rule]) => `${rule.replace(/^(Annotation|CloudFormation-Validate)::/, '')} at ${node.path}`),
  );

describe('the production example', () => {
  beforeEach(() => {
    // The checkers print every finding.
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });

  test('has no finding in AwsSolutions, NIST 800-53 r5 and the CloudFormation validator', () => {
    const app = productionApp();
    acknowledgeFindings(app);
    expect(findings(app)).toEqual([]);
  });

  test('acknowledges exactly what the checkers find, so that no acknowledgement is stale', () => {
    const app = productionApp();
    acknowledgeFindings(app);
    expect(acknowledged(app).sort()).toEqual(findings(productionApp()).sort());
  });
});

describe('ACKNOWLEDGEMENTS', () => {
  test('are at most seven reasons, each said once', () => {
    const reasons = new Set(ACKNOWLEDGEMENTS.map(({ reason }) => reason));
    expect(reasons.size).toBe(ACKNOWLEDGEMENTS.length);
    expect(reasons.size).toBeLessThanOrEqual(7);
  });

  test.each(ACKNOWLEDGEMENTS.map((acknowledgement) => [acknowledgement.reason, acknowledgement]))(
    '"%s" names what is done instead and a test of it',
    (reason, { control, test: file }) => {
      expect([reason, control].map((text) => text.trim().length > 40)).toEqual([true, true]);
      expect(existsSync(path.join('test/lib', file))).toBe(true);
    },
  );
});
