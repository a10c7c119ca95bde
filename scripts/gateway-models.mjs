/**
 * Keywords of a schema that mean the same in the draft 4 that API Gateway's models are written in.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
const KEPT = [
  ...['type', 'enum', 'description', 'pattern', 'format', 'required'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'default'],
];
/** Keywords that forbid nothing and that draft 4 does not know. */
const LEFT_OUT = ['examples'];

/**
 * The schemas of the messages that pass the doors, by name, in draft 4 and each complete by itself.
 *
 * @throws Error for a keyword that nobody has thought of here: a model must not silently allow more than the description
 */
export const gatewayModels = (api) => {
  const { schemas } = api.components;
  const compile = (schema) => {
    if (schema.$ref !== undefined) return compile(schemas[schema.$ref.split('/').at(-1)]);
    return Object.fromEntries(
      Object.entries(schema).flatMap(([keyword, value]) => {
        if (LEFT_OUT.includes(keyword)) return [];
        if (KEPT.includes(keyword)) return [[keyword, value]];
        if (keyword === 'const') return [['enum', [value]]];
        if (keyword === 'items') return [[keyword, compile(value)]];
        if (keyword === 'oneOf') return [[keyword, value.map(compile)]];
        if (keyword === 'additionalProperties') return [[keyword, value === false ? false : compile(value)]];
        if (keyword === 'properties') {
          return [[keyword, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, compile(part)]))]];
        }
        throw new Error(`API Gateway's models are not known to have "${keyword}"`);
      }),
    );
  };
  return Object.fromEntries(
    ['SendRequest', 'Message', 'DryRun', 'MessagePage', 'Usage', 'Problem'].map((name) => [
      name,
      { $schema: 'http://json-schema.org/draft-04/schema#', title: name, ...compile(schemas[name]) },
    ]),
  );
};
