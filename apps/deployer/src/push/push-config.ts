import { z } from "zod";
import { names, placeholders } from "./commands.js";

/** A program and its arguments. No shell reads them. */
const command = z
  .array(z.string().min(1))
  .min(1)
  .superRefine((words, context) => {
    const known: readonly string[] = placeholders;
    const unknown = words.flatMap((word) => [...word.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name = ""]) => name));
    for (const name of unknown.filter((each) => !known.includes(each)))
      context.addIssue({
        code: "custom",
        message: `{${name}} is none of ${known.map((each) => `{${each}}`).join(" ")}`,
      });
  });

const nix = ["nix", "--extra-experimental-features", "nix-command flakes"];
const attribute = "nixosConfigurations.{node}.config.system.build.toplevel";
const seconds = (most: number) => z.int().min(1).max(86_400).default(most);

/** How systems are built, copied, installed and proved. */
export const pushConfigSchema = z
  .strictObject({
    /** Prints the system's path as its last line. */
    build: command.default([...nix, "build", "--no-link", "--print-out-paths", `{generation}#${attribute}`]),
    copy: command.default([...nix, "copy", "--to", "ssh-ng://{user}@{node}", "{system}"]),
    /** Installs a machine from outside; null leaves it to the machine. */
    install: command.nullable().default(null),
    /** What a machine is first installed with, as the build names it. */
    generation: z.string().min(1).nullable().default(null),
    /** Run on a node that has a new system: 0 is healthy. Null: no unit has failed that had not failed before. */
    health: z.array(z.string().min(1)).min(1).nullable().default(null),
    /** Seconds that each may take. */
    limits: z
      .strictObject({
        build: seconds(3600),
        copy: seconds(3600),
        install: seconds(3600),
        activate: seconds(300),
        reboot: seconds(600),
      })
      .prefault({}),
  })
  .superRefine(({ install, build, generation }, context) => {
    if (install === null || generation !== null) return;
    if (names(install, "generation") || (names(install, "system") && names(build, "generation")))
      context.addIssue({
        code: "custom",
        path: ["generation"],
        message: "install asks for it: what is to be installed",
      });
  })
  .prefault({});
export type PushConfig = z.output<typeof pushConfigSchema>;
