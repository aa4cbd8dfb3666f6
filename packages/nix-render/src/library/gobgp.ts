import {
  nixApply,
  nixAttrs,
  nixFunction,
  nixHas,
  nixIdentifier,
  nixIf,
  nixInt,
  nixLet,
  nixOperation,
  nixSelect,
  nixString,
} from "../expression/build.js";
import type { NixExpression } from "../expression/expression.js";
import { fromJson } from "../expression/from-json.js";

const value = nixIdentifier("value");
const peer = nixIdentifier("peer");
const ofPeer = (name: string) => nixSelect(peer, name);

/** `value: if check then value else throw …`. */
function checked(check: NixExpression, expected: string): NixExpression {
  const message = nixString(
    "nix-nos: generateGobgpConfig wants ",
    expected,
    ", not ",
    nixApply("builtins.toJSON", value),
  );
  return nixFunction("value", nixIf(check, value, nixApply("throw", message)));
}

const isInt = nixApply("builtins.isInt", value);
const isText = nixApply("builtins.isString", value);
const matches = (pattern: NixExpression) =>
  nixOperation("!=", nixApply("builtins.match", pattern, value), fromJson(null));

const octet = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";

/** What is added for some neighbours only. */
const optional = (condition: NixExpression, attrs: NixExpression) => nixIf(condition, attrs, nixAttrs({}));

const neighbor = nixFunction(
  "peer",
  nixOperation(
    "//",
    nixAttrs([
      { path: ["config", "neighbor-address"], value: nixApply("address", ofPeer("address")) },
      { path: ["config", "peer-as"], value: nixApply("asNumber", ofPeer("remoteAs")) },
    ]),
    optional(
      nixHas(peer, "localAddress"),
      nixAttrs([
        { path: ["transport", "config", "local-address"], value: nixApply("address", ofPeer("localAddress")) },
      ]),
    ),
    optional(
      nixOperation("&&", nixHas(peer, "routeReflectorClient"), ofPeer("routeReflectorClient")),
      nixAttrs([{ path: ["route-reflector", "config", "route-reflector-client"], value: fromJson(true) }]),
    ),
    optional(
      nixHas(peer, "families"),
      nixAttrs({
        "afi-safis": nixApply(
          "map",
          nixFunction(
            "family",
            nixAttrs([{ path: ["config", "afi-safi-name"], value: nixString(nixIdentifier("family"), "-unicast") }]),
          ),
          ofPeer("families"),
        ),
      }),
    ),
  ),
);

/**
 * `{ localAs, routerId, neighbors }: text`, the text being GoBGP's configuration as JSON, which is YAML too: gobgpd
 * reads it with either `-t`. A neighbour is what `getPeers` gives, of which `address` and `remoteAs` are needed.
 */
export const generateGobgpConfig: NixExpression = nixFunction(
  {
    arguments: [
      ["localAs", null],
      ["routerId", null],
      ["neighbors", null],
    ],
    open: false,
  },
  nixLet(
    {
      asNumber: checked(
        nixOperation("&&", isInt, nixOperation(">", value, nixInt(0)), nixOperation("<", value, nixInt(4294967295))),
        "an AS number",
      ),
      dottedQuad: nixString(`${octet}([.]${octet}){3}`),
      identifier: checked(nixOperation("&&", isText, matches(nixIdentifier("dottedQuad"))), "a router id as 10.0.0.1"),
      address: checked(nixOperation("&&", isText, matches(nixString("[0-9a-fA-F.:]+"))), "an IP address"),
      neighbor,
    },
    nixApply(
      "builtins.toJSON",
      nixAttrs([
        { path: ["global", "config", "as"], value: nixApply("asNumber", nixIdentifier("localAs")) },
        { path: ["global", "config", "router-id"], value: nixApply("identifier", nixIdentifier("routerId")) },
        { path: ["neighbors"], value: nixApply("map", nixIdentifier("neighbor"), nixIdentifier("neighbors")) },
      ]),
    ),
  ),
);
