/** The reference of the API as a page: operations, then the shapes of what passes, then the problems. */
export const apiReference = (api, problems) => {
  const { schemas, headers, responses } = api.components;
  const at = (part) =>
    part.$ref === undefined
      ? part
      : part.$ref
          .slice(2)
          .split('/')
          .reduce((o, name) => o[name], api);
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationPage(method, path, operation)),
  );

  function operationPage(
    method,
    path,
    { summary, description, parameters: given = [], requestBody, responses: answers },
  ) {
    const [body] = Object.values(requestBody?.content ?? {});
    return [
      `## ${method.toUpperCase()} ${path}`,
      summary,
      description,
      given.length > 0 &&
        table(
          ['Parameter', 'In', '', ''],
          given.map(({ name, in: where, required, schema, description: text }) => [
            `\`${name}\``,
            where,
            typeOf(schema),
            [required && 'Required.', text].filter(Boolean).join(' '),
          ]),
        ),
      body && `The body is a ${linked(body.schema)} as \`application/json\`.`,
      table(
        ['Answer', 'Body', 'Headers', ''],
        [...Map.groupBy(Object.entries(answers), ([, answer]) => answer.$ref ?? answer).values()].map((same) => {
          const { description: text, headers: own = {}, content = {} } = at(same[0][1]);
          const bodies = Object.values(content).map(({ schema }) => typeOf(schema));
          const names = Object.keys(own).map((name) => `\`${name}\``);
          return [same.map(([status]) => status).join(', '), bodies.join(', '), names.join(', '), text];
        }),
      ),
    ];
  }

  const shapes = Object.entries(schemas).flatMap(([name, schema]) => [
    `### ${name}`,
    schema.description,
    schema.properties === undefined
      ? typeOf(schema)
      : table(
          ['Field', '', ''],
          Object.entries(schema.properties).map(([field, part]) => [
            `\`${field}\``,
            typeOf(part),
            [(schema.required ?? []).includes(field) ? 'Required.' : '', part.description ?? ''].join(' '),
          ]),
        ),
    schema.additionalProperties === false && 'No other field.',
  ]);

  function typeOf(schema) {
    if (schema.$ref !== undefined) return linked(schema);
    if (schema.oneOf !== undefined) return schema.oneOf.map(typeOf).join(' or ');
    const { type, enum: values, items, format, pattern } = schema;
    const parts = schema.properties && Object.keys(schema.properties).map((name) => `\`${name}\``);
    const what = [type].flat().filter(Boolean).join(' or ');
    const limits = [
      parts && `with ${parts.join(' and ')}`,
      format,
      pattern && `\`${pattern}\``,
      range(schema.minimum, schema.maximum, ''),
      range(schema.minLength, schema.maxLength, ' characters'),
      'const' in schema && `always \`${schema.const}\``,
      values && `one of ${values.map((value) => `\`${value}\``).join(', ')}`,
      'default' in schema && `default \`${schema.default}\``,
    ].filter(Boolean);
    const name = what === 'array' ? `list of ${typeOf(items)}` : what;
    return [name, ...limits].join(', ');
  }

  return [
    '# API reference',
    '<!-- Made by `npm run generate` from lambda/api/openapi.yaml. -->',
    `Made from [the description of the API](../lambda/api/openapi.yaml), which is what counts; [app-developer.md](app-developer.md) says how to use it.`,
    api.info.description,
    ...operations.flat(),
    '## Problems',
    'The `type` of a problem is `urn:keyroom:problem:` and its code. A case may say more than this table, in `detail`, `field`, `allowed` and `fix`.',
    table(
      ['Code', 'Status', '`retry`', '', 'What to do'],
      Object.entries(problems).map(([code, { status, retry, title, fix }]) => [
        `\`${code}\``,
        status,
        retry,
        title,
        fix,
      ]),
    ),
    '## Headers',
    table(
      ['Header', '', ''],
      Object.entries(headers).map(([name, { schema, description }]) => [
        `\`${headerName(name)}\``,
        typeOf(schema),
        description,
      ]),
    ),
    '## Shapes',
    ...shapes,
  ]
    .filter(Boolean)
    .join('\n\n');

  function headerName(component) {
    const all = [
      ...Object.values(responses),
      ...Object.values(api.paths).flatMap((methods) =>
        Object.values(methods).flatMap((operation) => Object.values(operation.responses)),
      ),
    ];
    for (const { headers: own = {} } of all) {
      for (const [name, { $ref }] of Object.entries(own)) if ($ref?.endsWith(`/${component}`)) return name;
    }
    return component;
  }
};

const linked = ({ $ref }) => {
  const name = $ref.split('/').at(-1);
  return `[${name}](#${name.toLowerCase()})`;
};

const range = (min, max, unit) => {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return `at least ${min}${unit}`;
  return min === undefined ? `at most ${max}${unit}` : `${min} to ${max}${unit}`;
};

const cell = (text) =>
  String(text ?? '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
