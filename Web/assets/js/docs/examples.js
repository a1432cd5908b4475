// One call as curl, Swift and Python, written from its own description.

const DEPTH = 4;

/** `[{ language, text }]` for one operation of an OpenAPI document. */
export function examples({ path, method, specification, origin }) {
  const follow = (value) => resolve(value, specification);
  const item = specification.paths[path];
  const operation = item[method];
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(follow);
  const call = {
    method: method.toUpperCase(),
    url: address(origin, path, parameters, follow),
    headers: headers(parameters, operation, specification, follow),
    body: content(operation.requestBody, follow),
  };
  return [
    { language: "curl", text: curl(call) },
    { language: "Swift", text: swift(call) },
    { language: "Python", text: python(call) },
  ];
}

function address(origin, path, parameters, follow) {
  const filled = path.replace(/\{([^}]+)\}/g, (_, name) => {
    const parameter = parameters.find((one) => one.in === "path" && one.name === name);
    return encodeURIComponent(parameterValue(parameter ?? { name }, follow));
  });
  const query = parameters.filter((one) => one.in === "query" && one.required).map((one) => `${encodeURIComponent(one.name)}=${encodeURIComponent(parameterValue(one, follow))}`);
  return origin + filled + (query.length ? `?${query.join("&")}` : "");
}

function parameterValue(parameter, follow) {
  const schema = follow(parameter.schema ?? {});
  const listed = Object.values(parameter.examples ?? {})[0];
  const value = parameter.example ?? follow(listed ?? {}).value ?? schema.example ?? schema.examples?.[0] ?? schema.default ?? schema.enum?.[0];
  if (value !== undefined) return String(value);
  return schema.format === "uuid" ? "0198c1f2-7c1e-7a3b-9d52-3f6f0a4f7b11" : parameter.name.toUpperCase();
}

function headers(parameters, operation, specification, follow) {
  const found = parameters.filter((one) => one.in === "header" && one.required).map((one) => [one.name, parameterValue(one, follow)]);
  const needs = operation.security ?? specification.security ?? [];
  const schemes = specification.components?.securitySchemes ?? {};
  if (!needs.length || needs.some((one) => !Object.keys(one).length)) return found;
  const scheme = schemes[Object.keys(needs[0])[0]];
  if (scheme?.type === "apiKey" && scheme.in === "header") found.push([scheme.name, "YOUR_KEY"]);
  if (scheme?.type === "http" && scheme.scheme === "bearer") found.push(["Authorization", "Bearer YOUR_TOKEN"]);
  return found;
}

function content(requestBody, follow) {
  const types = follow(requestBody ?? {}).content;
  if (!types) return null;
  const [type, media] = Object.entries(types)[0];
  const schema = follow(media.schema ?? {});
  if (type === "multipart/form-data") {
    const required = schema.required ?? [];
    const fields = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, follow(one)]);
    const isFile = (one) => one.format === "binary" || one.contentMediaType || (one.type === "array" && isFile(follow(one.items ?? {})));
    const file = fields.find(([name, one]) => isFile(one) && (required.includes(name) || !required.length)) ?? fields.find(([, one]) => isFile(one));
    const texts = fields.filter(([name, one]) => required.includes(name) && !isFile(one)).map(([name, one]) => [name, String(sampleOf(one, follow))]);
    return { kind: "form", file: file?.[0], texts };
  }
  if (type.includes("json")) return { kind: "json", value: media.example ?? Object.values(media.examples ?? {})[0]?.value ?? sampleOf(schema, follow) };
  return { kind: "bytes", type };
}

function sampleOf(schema, follow, depth = 0) {
  const one = follow(schema);
  if (one.example !== undefined) return one.example;
  if (one.examples?.length) return one.examples[0];
  if (one.default !== undefined && one.default !== null) return one.default;
  if (one.const !== undefined) return one.const;
  if (one.enum?.length) return one.enum[0];
  const choice = one.oneOf ?? one.anyOf;
  if (choice) return sampleOf(choice.find((each) => each.type !== "null") ?? choice[0], follow, depth);
  const type = Array.isArray(one.type) ? one.type.find((each) => each !== "null") : one.type;
  if (type === "object" || one.properties) {
    if (depth >= DEPTH) return {};
    const required = one.required ?? Object.keys(one.properties ?? {});
    return Object.fromEntries(Object.entries(one.properties ?? {}).filter(([name]) => required.includes(name)).map(([name, each]) => [name, sampleOf(each, follow, depth + 1)]));
  }
  if (type === "array") return depth >= DEPTH ? [] : [sampleOf(one.items ?? {}, follow, depth + 1)];
  if (type === "integer" || type === "number") return one.minimum ?? 1;
  if (type === "boolean") return true;
  return { "date-time": "2026-05-14T09:12:00Z", date: "2026-05-14", uuid: "0198c1f2-7c1e-7a3b-9d52-3f6f0a4f7b11" }[one.format] ?? "text";
}

function resolve(value, specification) {
  let found = value;
  for (let steps = 0; found?.$ref && steps < 8; steps += 1) {
    found = found.$ref.slice(2).split("/").reduce((node, key) => node?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], specification);
  }
  return found ?? {};
}

const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;
const literal = (text) => JSON.stringify(String(text));

function curl({ method, url, headers: extra, body }) {
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quoted(url)}`];
  for (const [name, value] of extra) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body?.kind === "form") {
    for (const [name, value] of body.texts) lines.push(`-F ${quoted(`${name}=${value}`)}`);
    if (body.file) lines.push(`-F ${quoted(`${body.file}=@leaf.jpg`)}`);
  }
  if (body?.kind === "json") lines.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body.value))}`);
  if (body?.kind === "bytes") lines.push(`-H ${quoted(`Content-Type: ${body.type}`)}`, "--data-binary @body.bin");
  return lines.join(" \\\n  ");
}

function swift({ method, url, headers: extra, body }) {
  const lines = ["import Foundation", "", `var request = URLRequest(url: URL(string: ${literal(url)})!)`];
  if (method !== "GET") lines.push(`request.httpMethod = ${literal(method)}`);
  for (const [name, value] of extra) lines.push(`request.setValue(${literal(value)}, forHTTPHeaderField: ${literal(name)})`);
  if (body?.kind === "form") {
    lines.push("", "let boundary = UUID().uuidString", 'request.setValue("multipart/form-data; boundary=\\(boundary)", forHTTPHeaderField: "Content-Type")', "var body = Data()");
    for (const [name, value] of body.texts) lines.push(`body += Data("--\\(boundary)\\r\\nContent-Disposition: form-data; name=\\"${name}\\"\\r\\n\\r\\n${value}\\r\\n".utf8)`);
    if (body.file) lines.push(`body += Data("--\\(boundary)\\r\\nContent-Disposition: form-data; name=\\"${body.file}\\"; filename=\\"leaf.jpg\\"\\r\\nContent-Type: image/jpeg\\r\\n\\r\\n".utf8)`, 'body += try Data(contentsOf: URL(fileURLWithPath: "leaf.jpg"))');
    lines.push('body += Data("\\r\\n--\\(boundary)--\\r\\n".utf8)', "request.httpBody = body");
  }
  if (body?.kind === "json") lines.push('request.setValue("application/json", forHTTPHeaderField: "Content-Type")', `request.httpBody = Data(#"${JSON.stringify(body.value)}"#.utf8)`);
  if (body?.kind === "bytes") lines.push(`request.setValue(${literal(body.type)}, forHTTPHeaderField: "Content-Type")`, 'request.httpBody = try Data(contentsOf: URL(fileURLWithPath: "body.bin"))');
  lines.push("", "let (data, _) = try await URLSession.shared.data(for: request)", "print(String(decoding: data, as: UTF8.self))");
  return lines.join("\n");
}

function python({ method, url, headers: extra, body }) {
  const lines = ["import requests", ""];
  const given = [literal(url)];
  if (extra.length) given.push(`headers={${extra.map(([name, value]) => `${literal(name)}: ${literal(value)}`).join(", ")}}`);
  if (body?.kind === "form") {
    if (body.texts.length) given.push(`data={${body.texts.map(([name, value]) => `${literal(name)}: ${literal(value)}`).join(", ")}}`);
    if (body.file) given.push(`files={${literal(body.file)}: open("leaf.jpg", "rb")}`);
  }
  if (body?.kind === "json") given.push(`json=${pythonValue(body.value)}`);
  if (body?.kind === "bytes") given.push(`headers={"Content-Type": ${literal(body.type)}}`, 'data=open("body.bin", "rb")');
  lines.push(`answer = requests.${method.toLowerCase()}(`, ...given.map((one) => `    ${one},`), ")", "answer.raise_for_status()", "print(answer.text)");
  return lines.join("\n");
}

function pythonValue(value) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map(([key, each]) => `${literal(key)}: ${pythonValue(each)}`).join(", ")}}`;
  return JSON.stringify(value);
}
