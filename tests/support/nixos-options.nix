# The options of NixOS 25.05 that the nodes' modules set, with their types: any other is an error.
lib:
let
  inherit (lib) mkOption types;
  of = type: mkOption { inherit type; };
  withDefault = type: default: mkOption { inherit type default; };
  # A section of a unit file: numbers, texts and flags, several values for one key at most.
  atom = types.oneOf [
    types.str
    types.int
    types.bool
  ];
  section = withDefault (types.attrsOf (types.either atom (types.listOf atom))) { };
  sections = withDefault (types.listOf (types.attrsOf (types.either atom (types.listOf atom)))) [ ];
  texts = withDefault (types.listOf types.str) [ ];
  unit =
    options:
    types.submodule {
      options = options // {
        enable = withDefault types.bool true;
      };
    };
  # What all kinds of unit have.
  anyUnit = {
    description = withDefault types.str "";
    after = texts;
    requires = texts;
    wants = texts;
    partOf = texts;
    onFailure = texts;
    wantedBy = texts;
    unitConfig = section;
  };
  # TOML has no null.
  toml = types.oneOf [
    types.str
    types.int
    types.bool
    (types.listOf toml)
    (types.attrsOf toml)
  ];
in
{
  environment.etc = withDefault (types.attrsOf (types.submodule { options.text = of types.lines; })) { };
  boot.kernel.sysctl = withDefault (types.attrsOf atom) { };
  networking = {
    hostName = of types.str;
    domain = withDefault (types.nullOr types.str) null;
    hosts = withDefault (types.attrsOf (types.listOf types.str)) { };
    useNetworkd = withDefault types.bool false;
    useDHCP = withDefault types.bool true;
    nftables = {
      enable = withDefault types.bool false;
      tables = withDefault (types.attrsOf (
        types.submodule {
          options = {
            family = lib.mkOption {
              type = types.enum [
                "ip"
                "ip6"
                "inet"
                "arp"
                "bridge"
                "netdev"
              ];
            };
            content = lib.mkOption { type = types.lines; };
          };
        }
      )) { };
    };
    firewall = {
      allowedTCPPorts = withDefault (types.listOf types.port) [ ];
      allowedUDPPorts = withDefault (types.listOf types.port) [ ];
      extraInputRules = withDefault types.lines "";
      checkReversePath = withDefault (types.either types.bool (
        types.enum [
          "strict"
          "loose"
        ]
      )) true;
    };
  };
  services = {
    bird = {
      enable = withDefault types.bool false;
      package = withDefault types.str "bird3";
      config = withDefault types.lines "";
      preCheckConfig = withDefault types.lines "";
    };
    gobgpd = {
      enable = withDefault types.bool false;
      settings = withDefault toml { };
    };
  };
  systemd = {
    services = withDefault (types.attrsOf (
      unit (
        anyUnit
        // {
          serviceConfig = section;
          environment = withDefault (types.attrsOf types.str) { };
          # Packages, which stand here as their names.
          path = texts;
        }
      )
    )) { };
    timers = withDefault (types.attrsOf (unit (anyUnit // { timerConfig = section; }))) { };
    paths = withDefault (types.attrsOf (unit (anyUnit // { pathConfig = section; }))) { };
    network = {
      config.networkConfig = section;
      links = withDefault (types.attrsOf (unit {
        matchConfig = section;
        linkConfig = section;
      })) { };
      netdevs = withDefault (types.attrsOf (unit {
        matchConfig = section;
        netdevConfig = section;
        vlanConfig = section;
        bondConfig = section;
        bridgeConfig = section;
        vxlanConfig = section;
        vrfConfig = section;
        wireguardConfig = section;
        wireguardPeers = sections;
        extraConfig = withDefault types.lines "";
      })) { };
      networks = withDefault (types.attrsOf (unit {
        matchConfig = section;
        linkConfig = section;
        networkConfig = section;
        dhcpV4Config = section;
        dhcpV6Config = section;
        ipv6AcceptRAConfig = section;
        ipv6SendRAConfig = section;
        bridgeConfig = section;
        address = texts;
        gateway = texts;
        dns = texts;
        domains = texts;
        ntp = texts;
        vlan = texts;
        bond = texts;
        bridge = texts;
        vrf = texts;
        vxlan = texts;
        addresses = sections;
        routes = sections;
        routingPolicyRules = sections;
        bridgeVLANs = sections;
        bridgeFDBs = sections;
        ipv6Prefixes = sections;
        ipv6RoutePrefixes = sections;
        extraConfig = withDefault types.lines "";
      })) { };
    };
  };
  virtualisation.oci-containers = {
    backend = withDefault (types.enum [
      "podman"
      "docker"
    ]) "podman";
    containers = withDefault (types.attrsOf (
      types.submodule {
        options = {
          image = of types.str;
          serviceName = of types.str;
          cmd = texts;
          environment = withDefault (types.attrsOf types.str) { };
          environmentFiles = withDefault (types.listOf types.path) [ ];
          user = withDefault (types.nullOr types.str) null;
          ports = texts;
          volumes = texts;
          extraOptions = texts;
          autoStart = withDefault types.bool true;
        };
      }
    )) { };
  };
}
