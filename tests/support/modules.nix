# As much of the module system as the tests need, where no nixpkgs is at hand: options with types, of which an unknown
# one and a value of another type are errors, submodules, imports, and definitions that merge.
let
  inherit (builtins)
    all
    any
    attrNames
    catAttrs
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    genList
    head
    intersectAttrs
    isAttrs
    isBool
    isFloat
    isFunction
    isInt
    isList
    isPath
    isString
    length
    listToAttrs
    mapAttrs
    substring
    toJSON
    zipAttrsWith
    ;

  fail = path: message: throw "The option `${concatStringsSep "." path}' ${message}.";

  scalar = name: check: {
    inherit name check;
    merge =
      path: defs:
      if !(all check defs) then
        fail path "is not of type ${name}"
      else if all (def: def == head defs) defs then
        head defs
      else
        fail path "has conflicting definitions";
  };

  types = rec {
    str = scalar "string" isString;
    strMatching =
      pattern:
      scalar "string matching ${pattern}" (
        value: isString value && builtins.match pattern value != null
      );
    lines = str // {
      merge = path: defs: concatStringsSep "\n" (map (def: str.merge path [ def ]) defs);
    };
    singleLineStr = strMatching "[^\n\r]*";
    bool = scalar "boolean" isBool;
    int = scalar "integer" isInt;
    number = scalar "number" (value: isInt value || isFloat value);
    port = ints.between 0 65535;
    path = scalar "path" (value: isPath value || (isString value && substring 0 1 value == "/"));
    ints.unsigned = scalar "unsigned integer" (value: isInt value && value >= 0);
    ints.positive = scalar "positive integer" (value: isInt value && value > 0);
    ints.between =
      low: high:
      scalar "integer between ${toString low} and ${toString high}" (
        value: isInt value && value >= low && value <= high
      );
    enum = values: scalar "one of ${toJSON values}" (value: elem value values);
    # A value of a unit file, or several for a key that may stand more than once.
    unitOption = either atom (listOf atom);
    atom = oneOf [
      str
      int
      bool
    ];
    # A set that has some members for certain and others perhaps, each with its type.
    section = required: members: {
      name = "section";
      keys = attrNames members;
      check = isAttrs;
      merge =
        path: defs:
        let
          merged = zipAttrsWith (
            name:
            (members.${name} or (fail (path ++ [ name ]) "is no key of this section")).merge (path ++ [ name ])
          ) defs;
          missing = filter (name: !(merged ? ${name})) required;
        in
        if !(all isAttrs defs) then
          fail path "is not of type section"
        else if missing != [ ] then
          fail (path ++ [ (head missing) ]) "has to be there"
        else
          merged;
    };
    # Sets merge and lists follow each other; null is no data of any file format.
    anything = {
      name = "anything";
      check = value: true;
      merge =
        path: defs:
        if all isAttrs defs then
          (attrsOf anything).merge path defs
        else if all isList defs then
          concatMap (def: def) defs
        else
          (scalar "anything" (value: true)).merge path defs;
    };
    raw = scalar "raw" (value: true);
    functionTo = inner: scalar "function" isFunction // { merge = path: head; };
    nullOr = inner: {
      name = "null or ${inner.name}";
      check = value: value == null || inner.check value;
      merge = path: defs: if all (def: def == null) defs then null else inner.merge path defs;
    };
    either =
      one: other:
      oneOf [
        one
        other
      ];
    oneOf = inner: {
      name = concatStringsSep " or " (catAttrs "name" inner);
      check = value: any (type: type.check value) inner;
      merge =
        path: defs:
        let
          fitting = filter (type: all type.check defs) inner;
        in
        if fitting == [ ] then
          fail path "is not of type ${concatStringsSep " or " (catAttrs "name" inner)}"
        else
          (head fitting).merge path defs;
    };
    listOf = inner: {
      name = "list of ${inner.name}";
      check = isList;
      merge =
        path: defs:
        let
          items = concatMap (def: if isList def then def else fail path "is not of type list") defs;
        in
        genList (index: inner.merge (path ++ [ (toString index) ]) [ (elemAt items index) ]) (length items);
    };
    nonEmptyListOf = inner: listOf inner // { check = value: isList value && value != [ ]; };
    attrsOf = inner: {
      name = "set of ${inner.name}";
      check = isAttrs;
      merge =
        path: defs:
        if all isAttrs defs then
          zipAttrsWith (name: inner.merge (path ++ [ name ])) defs
        else
          fail path "is not of type set";
    };
    submodule = module: {
      name = "submodule";
      check = isAttrs;
      merge =
        path: defs:
        if !(all isAttrs defs) then
          fail path "is not of type submodule"
        else if module ? freeformType then
          let
            options = module.options or { };
            free = map (def: removeAttrs def (attrNames options)) defs;
          in
          module.freeformType.merge path free // valuesOf path options (map (intersectAttrs options) defs)
        else
          valuesOf path module.options defs;
    };
  };

  isOption = value: value._type or null == "option";

  # A condition over a set holds for each of its members, and is asked when one is read.
  pushDown =
    def:
    if def._type or null == "if" then
      mapAttrs (_: content: {
        _type = "if";
        inherit (def) condition;
        inherit content;
      }) (pushDown def.content)
    else
      def;
  discharge =
    def:
    if isAttrs def && def._type or null == "if" then
      if def.condition then discharge def.content else [ ]
    else
      [ def ];

  valuesOf =
    path: options: given:
    let
      defs = map pushDown given;
      unknown = filter (name: !(options ? ${name})) (concatMap attrNames defs);
    in
    if unknown != [ ] then
      fail (path ++ [ (head unknown) ]) "does not exist"
    else
      mapAttrs (
        name: option:
        let
          here = path ++ [ name ];
          own = catAttrs name defs;
        in
        if !(isOption option) then
          valuesOf here option own
        else if concatMap discharge own != [ ] then
          option.type.merge here (concatMap discharge own)
        else
          option.default or (fail here "is used but not defined")
      ) options;

  mergeOptions = zipAttrsWith (
    name: found: if any isOption found then head found else mergeOptions found
  );

  lib = {
    inherit types;
    mkOption = declaration: declaration // { _type = "option"; };
    # Nothing here defines an option besides the module itself, so nothing has to be overridden.
    mkForce = value: value;
    mkIf = condition: content: {
      _type = "if";
      inherit condition content;
    };
    mkEnableOption =
      what:
      lib.mkOption {
        type = types.bool;
        default = false;
        description = "Whether to enable ${what}.";
      };
    mkPackageOption =
      pkgs: name: _:
      lib.mkOption {
        type = types.raw;
        default = pkgs.${name};
      };
    inherit
      filter
      concatStringsSep
      elem
      listToAttrs
      ;
    findFirst =
      is: none: list:
      let
        found = filter is list;
      in
      if found == [ ] then none else head found;
    remove = item: filter (each: each != item);
    concatMapStringsSep =
      separator: make: list:
      concatStringsSep separator (map make list);
    inherit mapAttrs;
    mapAttrsToList = make: set: map (name: make name set.${name}) (attrNames set);
    optionals = condition: list: if condition then list else [ ];
    optionalString = condition: text: if condition then text else "";
    optionalAttrs = condition: set: if condition then set else { };
    genAttrs =
      names: make:
      listToAttrs (
        map (name: {
          inherit name;
          value = make name;
        }) names
      );
    getExe = package: "${package}/bin/${baseNameOf package}";
    filterAttrs = keep: set: removeAttrs set (filter (name: !(keep name set.${name})) (attrNames set));
  };
in
{
  inherit lib;

  # The configuration that modules come to; a file that is imported twice counts once.
  evalModules =
    { modules, pkgs }:
    let
      arguments = {
        inherit config lib pkgs;
        # NixOS's own modules add nothing to what is asked here.
        modulesPath = ./nixos;
      };
      load = module: if isFunction module then module arguments else module;
      close =
        seen: todo:
        if todo == [ ] then
          [ ]
        else
          let
            next = head todo;
            rest = genList (index: elemAt todo (index + 1)) (length todo - 1);
            module = load (if isPath next then import next else next);
            key = module.key or next;
          in
          if (isPath key || isString key) && elem key seen then
            close seen rest
          else
            [ module ] ++ close (seen ++ [ key ]) ((module.imports or [ ]) ++ rest);
      loaded = close [ ] modules;
      config = valuesOf [ ] (mergeOptions (map (module: module.options or { }) loaded)) (
        map (
          module:
          module.config or (removeAttrs module [
            "key"
            "imports"
            "options"
          ])
        ) loaded
      );
    in
    config;
}
