/**
 * `npm run generate`: what is made of the API description beside its types, which openapi-typescript makes.
 *
 * - `docs/api.md`: the reference.
 * - `lib/constructs/api-models.json`: the schemas in the subset of JSON Schema that API Gateway's models know.
 *
 * `--check` writes nothing and ends with 1 where one of them is not what the description says; a test does that.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { parse } from 'yaml';
import { PROBLEM_KINDS } from '../lambda/api/contract.ts';
import { apiReference } from './api-reference.mjs';
import { gatewayModels } from './gateway-models.mjs';

/** Each file with what belongs into it. */
const generated = async () => {
  const api = parse(readFileSync('lambda/api/openapi.yaml', 'utf8'));
  const style = JSON.parse(readFileSync('.prettierrc.json', 'utf8'));
  return {
    'docs/api.md': await format(apiReference(api, PROBLEM_KINDS), { ...style, parser: 'markdown' }),
    'lib/constructs/api-models.json': await format(JSON.stringify(gatewayModels(api)), { ...style, parser: 'json' }),
  };
};

const check = process.argv.includes('--check');
const stale = [];
for (const [file, content] of Object.entries(await generated())) {
  if (!check) writeFileSync(file, content);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== content) stale.push(file);
}
if (stale.length > 0) {
  process.stderr.write(`not what the API description says any more: ${stale.join(', ')}; run npm run generate\n`);
  process.exitCode = 1;
}
