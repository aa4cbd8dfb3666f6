import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { openApiDocument } from "./openapi.js";
import { operations } from "./operations.js";

it("is valid OpenAPI 3.1, with every operation and no reference that leads nowhere", async () => {
  const document = openApiDocument();
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map((each) => (each as { operationId: string }).operationId),
  );
  expect(ids.sort()).toEqual(Object.keys(operations).sort());
  const text = JSON.stringify(document);
  const names = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, path]) => path?.replace("#/components/schemas/", "") ?? "",
  );
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !(name in document.components.schemas))).toEqual([]);
});
