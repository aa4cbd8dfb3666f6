import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { nameSchema, roles } from "@plasmacloud/deployer-client";
import { z } from "zod";
import { pushConfigSchema } from "./push/push-config.js";

const file = z.string().min(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in hexadecimal: printf %s TOKEN | sha256sum");

const operator = { name: nameSchema, role: z.enum(roles) };

/** The configuration file. Everything has a default; files are relative to it. */
export const configSchema = z
  .strictObject({
    listen: z
      .strictObject({ host: z.string().default("::"), port: z.int().min(0).max(65_535).default(7443) })
      .prefault({}),
    /** Where the embedded store, the deployer's own authority and its SSH key are. */
    data: file.default("deployer-data"),
    /** What `nix-nos render` wrote. */
    tree: file.nullable().default(null),
    store: z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("embedded") }),
        z.strictObject({
          kind: z.literal("etcd"),
          endpoints: z.array(z.url({ protocol: /^https?$/ })).min(1),
          authorityFile: file.nullable().default(null),
          user: z.strictObject({ name: z.string(), passwordFile: file }).nullable().default(null),
        }),
      ])
      .default({ kind: "embedded" }),
    /** Certificates that somebody else made; null has the deployer make an authority and a certificate. */
    tls: z.strictObject({ certificateFile: file, keyFile: file }).nullable().default(null),
    /** More names and addresses for the certificate that the deployer makes itself. */
    names: z.array(z.string().min(1)).default([]),
    /** Of the authority whose certificates operators may show (mTLS) in the place of a token. */
    clientAuthorityFile: file.nullable().default(null),
    operators: z
      .array(
        z.union([
          z.strictObject({ ...operator, tokenHash: hash }),
          z.strictObject({ ...operator, commonName: z.string().min(1) }),
        ]),
      )
      .default([]),
    rollouts: z
      .strictObject({
        /** So long a rollout waits where nobody can go on; then it ends. */
        patienceSeconds: z.int().min(1).max(604_800).default(3600),
        /** So many are kept, the newest. */
        keep: z.int().min(1).max(10_000).default(100),
      })
      .prefault({}),
    lostTimeoutSeconds: z.int().min(5).max(86_400).default(60),
    requestTimeoutSeconds: z.int().min(1).max(600).default(30),
    ssh: z
      .strictObject({
        user: nameSchema.default("root"),
        port: z.int().min(1).max(65_535).default(22),
        identityFile: file.nullable().default(null),
      })
      .prefault({}),
    push: pushConfigSchema,
    logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
  })
  .describe("The deployer's configuration");
export type Config = z.output<typeof configSchema>;

/** A configuration that cannot be used, in words for whoever wrote it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the configuration; without a file, everything has its default.
 *
 * @throws ConfigError with every mistake, one a line
 */
export function readConfig(path: string | null): Config {
  if (path === null) return withPaths(configSchema.parse({}), process.cwd());
  const text = orConfigError(path, () => readFileSync(path, "utf8"));
  const json = orConfigError(path, () => JSON.parse(text) as unknown);
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      ({ path: at, message }) => `${path}: ${at.join(".") || "the file"}: ${message}`,
    );
    throw new ConfigError(lines.join("\n"));
  }
  return withPaths(parsed.data, dirname(resolve(path)));
}

function withPaths(config: Config, folder: string): Config {
  const at = (path: string) => resolve(folder, path);
  const atOrNull = (path: string | null) => (path === null ? null : at(path));
  // `./install.sh` is beside the configuration, as every file is; a bare name is looked for in PATH.
  const command = (words: readonly string[]) =>
    words.map((word, index) => (index === 0 && /^\.\.?\//.test(word) ? at(word) : word));
  const { store, tls, ssh, push } = config;
  return {
    ...config,
    data: at(config.data),
    tree: atOrNull(config.tree),
    store:
      store.kind === "embedded"
        ? store
        : {
            ...store,
            authorityFile: atOrNull(store.authorityFile),
            user: store.user === null ? null : { ...store.user, passwordFile: at(store.user.passwordFile) },
          },
    tls: tls === null ? null : { certificateFile: at(tls.certificateFile), keyFile: at(tls.keyFile) },
    clientAuthorityFile: atOrNull(config.clientAuthorityFile),
    ssh: { ...ssh, identityFile: atOrNull(ssh.identityFile) },
    push: {
      ...push,
      build: command(push.build),
      copy: command(push.copy),
      install: push.install === null ? null : command(push.install),
    },
  };
}

function orConfigError<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(`${path}: ${(error as Error).message}`);
  }
}
