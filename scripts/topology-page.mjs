// docs/topology.md: the topology's JSON Schema as a page to read. A pure function from the schema to Markdown.

/**
 * @param schema - the JSON Schema of a topology, as `nix-nos schema` prints it
 * @returns the page
 */
export function topologyPage(schema) {
  const sections = collectSections(schema);
  const lines = [
    "# The topology, key by key",
    "",
    "Every key of a topology, in the order of the document; written by `npm run docs:generate` from the schema that",
    "`nix-nos validate` checks against, and that `nix-nos schema` prints for editors. What a schema cannot say, such as",
    "that a name must be known, stands in [diagnostics.md](diagnostics.md). For the whole in one file, read",
    "[examples/datacenter.yaml](../examples/datacenter.yaml); for a start of your own, run `nix-nos init`.",
    "",
    "A name in angle brackets, as in `clusters.<name>`, is yours to choose; `[]` is each entry of a list. A key that is",
    "not here is an error.",
    "",
    ...sections.map(({ path, parent, depth }) => {
      const label = path === "" ? title(path) : code(path.slice(parent === "" ? 0 : parent.length + 1));
      return `${"  ".repeat(depth)}- ${linkTo(path, label)}`;
    }),
  ];
  for (const section of sections) lines.push("", ...printSection(section));
  return `${lines.join("\n")}\n`;
}

/** Objects in the order of the document. One that looks like an earlier one has no section of its own. */
function collectSections(root) {
  const sections = [];
  const known = new Map();
  const visit = (object, path, { parent, depth, description }) => {
    const shape = shapeOf(object);
    const earlier = known.get(shape);
    if (earlier !== undefined) {
      earlier.elsewhere.push(path);
      return;
    }
    const section = { path, parent, depth, object, description, elsewhere: [], inner: new Map() };
    known.set(shape, section);
    sections.push(section);
    for (const [key, value] of Object.entries(object.properties)) {
      const found = objectsIn(value, joined(path, key));
      for (const { object: inner, path: innerPath } of found) {
        visit(inner, innerPath, {
          parent: path,
          depth: depth + 1,
          description: inner.description ?? value.description,
        });
      }
      const links = found.map(({ object: inner }) => [inner, known.get(shapeOf(inner)).path]);
      for (const [inner, target] of links) section.inner.set(inner, target);
    }
  };
  visit(root, "", { parent: "", depth: 0, description: root.description });
  assertUniqueAnchors(sections);
  return sections;
}

/** The objects with keys of their own that a value is, or holds: itself, by name, in a list, or as one of several. */
function objectsIn(value, path) {
  if (value.properties !== undefined) return Object.keys(value.properties).length > 0 ? [{ object: value, path }] : [];
  if (value.anyOf !== undefined) return value.anyOf.flatMap((each) => objectsIn(each, path));
  if (value.items) return objectsIn(value.items, `${path}[]`);
  if (value.additionalProperties) return objectsIn(value.additionalProperties, `${path}.${placeholder(value)}`);
  return [];
}

/** What the names of a map are, as its description tells: "Nodes by host name" gives `<host name>`. */
function placeholder({ description = "" }) {
  const [, what = "name"] = /\bby ([a-z ]*(?:name|number))\b/.exec(description) ?? [];
  return `<${what}>`;
}

/** Two objects with the same keys are one thing to a reader, whatever their own descriptions say. */
function shapeOf({ properties, required }) {
  const withoutReferences = (key, value) => (key === "$ref" ? "" : value);
  return JSON.stringify([properties, required], withoutReferences);
}

function printSection({ path, object, description, elsewhere, inner }) {
  const required = new Set(object.required);
  const rows = Object.entries(object.properties).map(([key, value]) =>
    [
      code(key),
      typeOf(value, inner),
      required.has(key) ? "**required**" : "default" in value ? code(flow(value.default)) : "",
      meaningOf(key, value),
    ].join(" | "),
  );
  return [
    // Not every program that makes a page of this gives a heading in code the anchor that GitHub gives it.
    `<a id="${anchor(path)}"></a>`,
    "",
    `## ${title(path)}`,
    "",
    ...(description ? [escaped(description), ""] : []),
    ...(elsewhere.length > 0 ? [`The same at ${elsewhere.map(code).join(", ")}.`, ""] : []),
    "| key | type | default | meaning |",
    "| --- | ---- | ------- | ------- |",
    ...rows.map((row) => `| ${row} |`),
  ];
}

/** A type in words, with links to the sections of the objects in it. */
function typeOf(value, inner) {
  if (value.$ref !== undefined) return "any value";
  if (value.anyOf !== undefined) return value.anyOf.map((each) => typeOf(each, inner)).join(", or ");
  if ("const" in value) return code(flow(value.const));
  if (value.enum !== undefined) return `one of ${value.enum.map((each) => code(flow(each))).join(", ")}`;
  switch (value.type) {
    case "object":
      return objectType(value, inner);
    case "array":
      return arrayType(value, inner);
    case "integer":
      return `whole number${range(value)}`;
    case "number":
      return `number${range(value)}`;
    case "boolean":
      return `${code("true")} or ${code("false")}`;
    case "string":
      return "text";
    default:
      return value.type ?? "any value";
  }
}

function objectType(value, inner) {
  if (inner.has(value)) return linkTo(inner.get(value), "map");
  if (value.additionalProperties)
    return `${placeholder(value).slice(1, -1)} → ${typeOf(value.additionalProperties, inner)}`;
  return "empty map";
}

function arrayType({ items, prefixItems, minItems = 0 }, inner) {
  if (prefixItems !== undefined) {
    const types = [...new Set(prefixItems.map((each) => typeOf(each, inner)))];
    return `list of ${types.join(" and ")}, exactly ${prefixItems.length}`;
  }
  const atLeast = minItems > 0 ? `, ${minItems} at least` : "";
  return `list of ${typeOf(items, inner)}${atLeast}`;
}

function range({ minimum, maximum }) {
  // JavaScript's own limits say nothing of the field.
  const low = minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (low === undefined && high === undefined) return "";
  if (high === undefined) return `, ${low} at least`;
  return low === undefined ? `, ${high} at most` : `, ${low} to ${high}`;
}

function meaningOf(key, value) {
  const each = value.properties === undefined ? (value.additionalProperties ?? value.items) : undefined;
  // An entry with keys of its own is described in its section.
  const entry = each && objectsIn(each, "").every(({ path }) => path !== "") ? each : undefined;
  const sentences = [value.description, entry?.description].filter(Boolean).map(escaped);
  const examples = value.examples ?? [];
  if (examples.length > 0) sentences.push(`Example: ${code(`${key}: ${flow(examples[0])}`)}`);
  else if (entry?.examples?.length > 0) sentences.push(`Example of one: ${code(flow(entry.examples[0]))}`);
  return sentences.join(" ");
}

/** A value as YAML on one line. */
function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${flow(key)}: ${flow(inner)}`)
      .join(", ")} }`;
  }
  return isPlain(value) ? value : JSON.stringify(value);
}

/** Whether a text can stand in YAML without quotes; what some reader takes for a number or a truth value cannot. */
function isPlain(value) {
  if (typeof value !== "string" || !/^[\w./][\w./+=-]*$|^[a-z][\w./+=-]*:[\w./+=-]+$/i.test(value)) return false;
  return !/^(?:true|false|yes|no|on|off|null)$/i.test(value) && Number.isNaN(Number(value.replaceAll("_", "")));
}

function title(path) {
  return path === "" ? "The document" : code(path);
}

/** A link to a section; its heading is the path. */
function linkTo(path, text = title(path)) {
  return `[${text}](#${anchor(path)})`;
}

/** The anchor that GitHub makes of a heading. */
function anchor(path) {
  const heading = path === "" ? "The document" : path;
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

function assertUniqueAnchors(sections) {
  const paths = new Map();
  for (const { path } of sections) {
    const other = paths.get(anchor(path));
    if (other !== undefined) throw new Error(`docs/topology.md: ${other} and ${path} would have one anchor`);
    paths.set(anchor(path), path);
  }
}

function joined(path, key) {
  return path === "" ? key : `${path}.${key}`;
}

/** A code span, in a table too: a backtick inside wants a longer fence, and `|` would end the cell. */
function code(text) {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${oneLine(text).replaceAll("|", "\\|")}${pad}${fence}`;
}

/** A sentence that may have code spans: everything else in it is taken literally. */
function escaped(text) {
  return oneLine(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? part.replaceAll("|", "\\|") : part.replace(/[\\`*_[\]<>|]/g, "\\$&")))
    .join("");
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}
