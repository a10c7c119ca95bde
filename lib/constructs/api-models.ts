import { readFileSync } from 'node:fs';
import path from 'node:path';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';

/** Made by `npm run generate` from the API description; the CDK runs the app in the project's root. */
const FILE = path.join(process.cwd(), 'lib', 'constructs', 'api-models.json');

const NAMES = ['SendRequest', 'Message', 'DryRun', 'MessagePage', 'Usage', 'Problem'] as const;

/** What passes the doors of the apps, as API Gateway's models. */
export type ApiModels = Readonly<Record<(typeof NAMES)[number], apigateway.IModel>>;

/**
 * Gives an API the models of what passes it, which its export and the SDKs that are made from it contain.
 *
 * They are not what a body is held to: the gateway's refusal names no field and cannot say what is allowed. The function
 * says both, so it is the one that looks.
 */
export const addApiModels = (api: apigateway.RestApi): ApiModels => {
  const schemas = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, apigateway.JsonSchema>>;
  const models = NAMES.map((name) => {
    const schema = schemas[name];
    if (schema === undefined) throw new Error(`${FILE} has no model ${name}; run npm run generate`);
    const contentType = name === 'Problem' ? 'application/problem+json' : 'application/json';
    return [name, api.addModel(name, { modelName: name, contentType, schema })] as const;
  });
  return Object.fromEntries(models) as unknown as ApiModels;
};

/** What a method answers when all goes well, and otherwise. */
export const methodResponses = (
  { Problem }: ApiModels,
  success: Readonly<Record<string, apigateway.IModel>>,
): apigateway.MethodResponse[] => [
  ...Object.entries(success).map(([statusCode, model]) => ({
    statusCode,
    responseModels: { 'application/json': model },
  })),
  ...['400', '403', '503'].map((statusCode) => ({
    statusCode,
    responseModels: { 'application/problem+json': Problem },
  })),
];
