/**
 * The expression that reads a topology: imports `file`, calls it if it is a function, and gives
 * `{ value, positions, problems }` as plain data.
 *
 * JSON has no functions, so they and derivations become null and are listed under `problems`, with their way from the
 * root; paths become texts. Every set is given as `{ names, values }`. `depth` ends what contains itself.
 */
export const wrapper = `
{ file }:
let
  inherit (builtins) attrNames concatMap elemAt genList isFunction length typeOf unsafeGetAttrPos;
  loaded = import (/. + file);
  topology = if isFunction loaded then loaded { } else loaded;
  isDerivation = v: typeOf v == "set" && v ? type && v.type == "derivation";
  maximumDepth = 100;

  value = depth: v:
    let kind = typeOf v; in
    if depth > maximumDepth then null
    else if kind == "lambda" || isDerivation v then null
    else if kind == "path" then toString v
    else if kind == "list" then map (value (depth + 1)) v
    else if kind == "set" then
      # Names beside values: JSON would print a set with the attribute outPath or __toString as a text.
      { names = attrNames v; values = map (name: value (depth + 1) v.\${name}) (attrNames v); }
    else v;

  problems = depth: path: v:
    let kind = typeOf v; in
    if depth > maximumDepth then [ { inherit path; kind = "depth"; } ]
    else if kind == "lambda" then [ { inherit path; kind = "function"; } ]
    else if isDerivation v then [ { inherit path; kind = "derivation"; } ]
    else if kind == "list" then concatMap (i: problems (depth + 1) (path ++ [ i ]) (elemAt v i)) (genList (i: i) (length v))
    else if kind == "set" then concatMap (name: problems (depth + 1) (path ++ [ name ]) v.\${name}) (attrNames v)
    else [ ];

  place = position: children:
    if position == null then [ 0 0 0 children ]
    else [ position.line position.column (if position.file == file then 0 else position.file) children ];

  inside = depth: v:
    let kind = typeOf v; in
    if depth > maximumDepth || isDerivation v then 0
    else if kind == "set" then
      { names = attrNames v; values = map (name: place (unsafeGetAttrPos name v) (inside (depth + 1) v.\${name})) (attrNames v); }
    else if kind == "list" then
      let places = map (inside (depth + 1)) v; in
      if builtins.any (p: p != 0) places
      then { names = genList toString (length v); values = map (place null) places; }
      else 0
    else 0;
in
{
  value = value 0 topology;
  problems = problems 0 [ ] topology;
  positions = place null (inside 0 topology);
}
`;
