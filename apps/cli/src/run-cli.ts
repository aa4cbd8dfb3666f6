import { CommanderError } from "commander";
import { type Context, createContext } from "./commands/context.js";
import { Failure, problem } from "./failure.js";
import { type ExitCode, exitCodes, type Io } from "./io.js";
import { visible } from "./print/text.js";
import { createProgram } from "./program.js";

/**
 * Runs one command.
 *
 * @param args - the command line without the program's own name
 * @param io - the streams, folder and environment that it works with
 * @returns the exit code: 0 done, 1 the topology has errors, 2 wrong usage, 3 a tool or file failed
 */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  const context = createContext(io);
  const wantsJson = args.includes("--json");
  try {
    await createProgram(context).parseAsync([...args], { from: "user" });
    return context.exitCode();
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, context, wantsJson);
    if (error instanceof Failure) {
      context.warn(error.diagnostics);
      if (wantsJson) context.printJson({ diagnostics: error.diagnostics });
      return error.exitCode;
    }
    return fault(error, io);
  }
}

/** Commander has printed its own message; help and the version are no errors. */
function usage(error: CommanderError, context: Context, wantsJson: boolean): ExitCode {
  if (error.exitCode === 0) return exitCodes.done;
  if (wantsJson) {
    context.printJson({ diagnostics: [problem("NN9016", error.message.replace(/^error: /, ""))] });
  }
  return exitCodes.usage;
}

/** A mistake of this program, not of the user: one line, and the way to more. */
function fault(error: unknown, io: Io): ExitCode {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  io.stderr.write(`nix-nos: an unexpected fault: ${visible(message)}\n`);
  if (io.env.NIX_NOS_DEBUG) io.stderr.write(`${stack}\n`);
  else io.stderr.write("This is a mistake in nix-nos. Set NIX_NOS_DEBUG=1 for the stack, and please report it.\n");
  return exitCodes.failed;
}
