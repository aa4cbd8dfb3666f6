import { change, type Planned } from "../change.js";
import type { Deployer, Request } from "../deployer.js";
import { keys, sha256 } from "../keys.js";
import { ApiProblem } from "../problem.js";
import { auditPut, type Deed } from "../records/audit-record.js";
import type { Commit } from "../store/store.js";

/** A change that an operator asks for. */
export interface OperatorRequest extends Request {
  /** `If-Match`: the revision that was read; `null` for whatever there is. */
  readonly ifRevision: number | null;
  readonly idempotencyKey: string | null;
  /** Method, path and body: what the Idempotency-Key stands for. */
  readonly digest: string;
}

/** What an operation answers: a JSON object, or nothing. */
export interface Reply {
  readonly status: number;
  readonly body: object | null;
}

/** What an operation is about to do. */
export interface Intent extends Commit {
  readonly deed: Deed;
  /** @param revision - of the commit */
  readonly reply: (revision: number) => Reply;
  /** What is answered when it is asked for again; without a secret that is shown once. */
  readonly repeated?: (revision: number) => Reply;
}

/** A reply is made of the revision again, because it was not known when the rest was written. */
interface Remembered {
  readonly digest: string;
  readonly status: number;
  readonly body: object | null;
  readonly at: string;
}

/**
 * Does a change once: with its entry in the audit log and what its Idempotency-Key remembers, all in one commit.
 *
 * @throws ApiProblem what `intend` throws, and `idempotency_conflict` for a key that was used for something else
 */
export async function operate(
  { store, now }: Deployer,
  request: OperatorRequest,
  intend: () => Promise<Intent>,
): Promise<Reply> {
  const { idempotencyKey, digest } = request;
  const memory = idempotencyKey === null ? null : keys.idempotency(request.actor, idempotencyKey);
  return change(store, async () => {
    const remembered = memory === null ? null : await store.get(memory);
    if (remembered !== null) {
      const before = JSON.parse(remembered.value) as Remembered;
      if (before.digest !== digest) throw new ApiProblem("idempotency_conflict");
      return { commit: null, value: { status: before.status, body: withRevision(before.body, remembered.revision) } };
    }
    const intent = await intend();
    const at = now();
    const { status, body } = (intent.repeated ?? intent.reply)(0);
    const memo: Remembered = { digest, status, body, at: new Date(at).toISOString() };
    const planned: Planned<Reply> = {
      commit: {
        compare: [...intent.compare, ...(memory === null ? [] : [{ key: memory, revision: 0 }])],
        put: [
          ...intent.put,
          auditPut(intent.deed, { ...request, now: at }),
          ...(memory === null ? [] : [{ key: memory, value: JSON.stringify(memo) }]),
        ],
        remove: intent.remove,
      },
      answer: intent.reply,
    };
    return planned;
  });
}

function withRevision(body: object | null, revision: number): object | null {
  return body !== null && "revision" in body ? { ...body, revision } : body;
}

/** What an Idempotency-Key stands for. */
export function digestOf(method: string, path: string, body: Uint8Array): string {
  return sha256(`${method} ${path}\n${sha256(body)}`);
}

const memoryDays = 1;

/** Forgets what Idempotency-Keys remember after a day. */
export async function forgetReplies({ store, now }: Deployer): Promise<void> {
  const { entries } = await store.list(keys.idempotencies);
  const end = now() - memoryDays * 86_400_000;
  const old = entries.filter(({ value }) => Date.parse((JSON.parse(value) as Remembered).at) < end);
  for (const { key, revision } of old) {
    await store.commit({ compare: [{ key, revision }], put: [], remove: [key] });
  }
}
