import { fromJSON, type ServiceDefinition } from "@grpc/proto-loader";

/**
 * The part of etcd 3's protocol that a store speaks (etcd `api/etcdserverpb/rpc.proto`, `api/mvccpb/kv.proto`). Field
 * numbers are the protocol; a field that is not here is skipped by both sides. Revisions are strings: int64.
 */

export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly mod_revision: string;
  readonly create_revision: string;
}

interface Header {
  readonly revision: string;
}

export interface RangeRequest {
  readonly key: Buffer;
  readonly range_end?: Buffer;
  readonly limit?: number;
  readonly revision?: string;
}

export interface RangeResponse {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
}

interface PutRequest {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly lease?: string;
  readonly prev_kv?: boolean;
}

interface DeleteRangeRequest {
  readonly key: Buffer;
  readonly range_end?: Buffer;
}

/** One of the three. */
export interface RequestOp {
  readonly request_range?: RangeRequest;
  readonly request_put?: PutRequest;
  readonly request_delete_range?: DeleteRangeRequest;
}

interface ResponseOp {
  readonly response_range?: RangeResponse;
  readonly response_put?: { readonly prev_kv: KeyValue | null };
}

export const compareResult = { equal: 0, greater: 1, less: 2 } as const;
export const compareTarget = { create: 1, mod: 2 } as const;

/** With a range, every key that is in it must compare so; an empty one compares as if its revision were 0. */
export interface Compare {
  readonly result: number;
  readonly target: number;
  readonly key: Buffer;
  readonly create_revision?: string;
  readonly mod_revision?: string;
  readonly range_end?: Buffer;
}

export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly RequestOp[];
  readonly failure: readonly RequestOp[];
}

export interface TxnResponse {
  readonly header: Header;
  readonly succeeded: boolean;
  readonly responses: readonly ResponseOp[];
}

/** A method as gRPC wants it: where it is, and how its messages become bytes. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly serialize: (request: Request) => Buffer;
  readonly deserialize: (bytes: Buffer) => Response;
}

type Fields = Readonly<Record<string, readonly [type: string, id: number]>>;

function message(fields: Fields, repeated: readonly string[] = [], oneofs?: Readonly<Record<string, string[]>>) {
  const described = Object.entries(fields).map(([name, [type, id]]) => {
    return [name, repeated.includes(name) ? { rule: "repeated", type, id } : { type, id }] as const;
  });
  const groups = Object.entries(oneofs ?? {}).map(([name, oneof]) => [name, { oneof }] as const);
  return { fields: Object.fromEntries(described), oneofs: Object.fromEntries(groups) };
}

function service(methods: readonly string[]) {
  return {
    methods: Object.fromEntries(
      methods.map((name) => [name, { requestType: `${name}Request`, responseType: `${name}Response`, comment: "" }]),
    ),
  };
}

const description = {
  nested: {
    etcdserverpb: {
      nested: {
        KeyValue: message({
          key: ["bytes", 1],
          create_revision: ["int64", 2],
          mod_revision: ["int64", 3],
          value: ["bytes", 5],
        }),
        ResponseHeader: message({ revision: ["int64", 3] }),
        RangeRequest: message({
          key: ["bytes", 1],
          range_end: ["bytes", 2],
          limit: ["int64", 3],
          revision: ["int64", 4],
        }),
        RangeResponse: message({ header: ["ResponseHeader", 1], kvs: ["KeyValue", 2], more: ["bool", 3] }, ["kvs"]),
        PutRequest: message({ key: ["bytes", 1], value: ["bytes", 2], lease: ["int64", 3], prev_kv: ["bool", 4] }),
        PutResponse: message({ header: ["ResponseHeader", 1], prev_kv: ["KeyValue", 2] }),
        DeleteRangeRequest: message({ key: ["bytes", 1], range_end: ["bytes", 2] }),
        DeleteRangeResponse: message({ header: ["ResponseHeader", 1], deleted: ["int64", 2] }),
        RequestOp: message(
          {
            request_range: ["RangeRequest", 1],
            request_put: ["PutRequest", 2],
            request_delete_range: ["DeleteRangeRequest", 3],
          },
          [],
          { request: ["request_range", "request_put", "request_delete_range"] },
        ),
        ResponseOp: message(
          {
            response_range: ["RangeResponse", 1],
            response_put: ["PutResponse", 2],
            response_delete_range: ["DeleteRangeResponse", 3],
          },
          [],
          { response: ["response_range", "response_put", "response_delete_range"] },
        ),
        Compare: message(
          {
            result: ["int32", 1],
            target: ["int32", 2],
            key: ["bytes", 3],
            create_revision: ["int64", 5],
            mod_revision: ["int64", 6],
            range_end: ["bytes", 64],
          },
          [],
          { target_union: ["create_revision", "mod_revision"] },
        ),
        TxnRequest: message({ compare: ["Compare", 1], success: ["RequestOp", 2], failure: ["RequestOp", 3] }, [
          "compare",
          "success",
          "failure",
        ]),
        TxnResponse: message({ header: ["ResponseHeader", 1], succeeded: ["bool", 2], responses: ["ResponseOp", 3] }, [
          "responses",
        ]),
        LeaseGrantRequest: message({ TTL: ["int64", 1], ID: ["int64", 2] }),
        LeaseGrantResponse: message({ header: ["ResponseHeader", 1], ID: ["int64", 2] }),
        LeaseRevokeRequest: message({ ID: ["int64", 1] }),
        LeaseRevokeResponse: message({ header: ["ResponseHeader", 1] }),
        AuthenticateRequest: message({ name: ["string", 1], password: ["string", 2] }),
        AuthenticateResponse: message({ header: ["ResponseHeader", 1], token: ["string", 2] }),
        KV: service(["Range", "Txn"]),
        Lease: service(["LeaseGrant", "LeaseRevoke"]),
        Auth: service(["Authenticate"]),
      },
    },
  },
};

const definitions = fromJSON(description, { keepCase: true, longs: String, defaults: true });

function method<Request, Response>(serviceName: string, name: string): Method<Request, Response> {
  const definition = (definitions[`etcdserverpb.${serviceName}`] as ServiceDefinition | undefined)?.[name];
  if (definition === undefined) throw new Error(`the protocol has no ${serviceName}.${name}`);
  return {
    path: definition.path,
    serialize: (request) => definition.requestSerialize(request as object),
    deserialize: (bytes) => definition.responseDeserialize(bytes) as Response,
  };
}

export const methods = {
  range: method<RangeRequest, RangeResponse>("KV", "Range"),
  txn: method<TxnRequest, TxnResponse>("KV", "Txn"),
  leaseGrant: method<{ readonly TTL: number }, { readonly ID: string }>("Lease", "LeaseGrant"),
  leaseRevoke: method<{ readonly ID: string }, object>("Lease", "LeaseRevoke"),
  authenticate: method<{ readonly name: string; readonly password: string }, { readonly token: string }>(
    "Auth",
    "Authenticate",
  ),
};
