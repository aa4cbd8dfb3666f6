# The options of NixOS 25.05 that the nodes' modules set, with their types: any other is an error.
lib:
let
  inherit (lib) mkOption types;
  of = type: mkOption { inherit type; };
  withDefault = type: default: mkOption { inherit type default; };
  sections = import ./networkd-sections.nix lib;
  section = type: withDefault type { };
  list = type: withDefault (types.listOf type) [ ];
  # Sections of which NixOS checks a key or two.
  open =
    checked:
    section (
      types.attrsOf types.unitOption
      // {
        merge =
          path: defs:
          (types.section [ ] checked).merge path (map (builtins.intersectAttrs checked) defs)
          // (types.attrsOf types.unitOption).merge path (
            map (def: removeAttrs def (builtins.attrNames checked)) defs
          );
      }
    );
  texts = withDefault (types.listOf types.str) [ ];
  unit =
    options:
    types.submodule {
      options = options // {
        enable = withDefault types.bool true;
      };
    };
  unitNames = list (
    types.strMatching "[a-zA-Z0-9@%:_.\\-]+[.](service|socket|device|mount|automount|swap|target|path|timer|scope|slice)"
  );
  # What all kinds of unit have.
  anyUnit = {
    description = withDefault types.singleLineStr "";
    after = unitNames;
    before = unitNames;
    requires = unitNames;
    wants = unitNames;
    partOf = unitNames;
    onFailure = unitNames;
    wantedBy = unitNames;
    unitConfig = open { };
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
  boot.initrd = {
    postMountCommands = withDefault types.lines "";
    systemd.enable = withDefault types.bool false;
    systemd.services = withDefault (types.attrsOf (
      unit (
        anyUnit
        // {
          serviceConfig = open { };
          script = withDefault types.lines "";
        }
      )
    )) { };
  };
  isoImage.contents = list (
    types.section [ "source" "target" ] {
      source = types.str;
      target = types.str;
    }
  );
  boot.kernel.sysctl = withDefault (types.attrsOf types.atom) { };
  nixpkgs.hostPlatform = withDefault types.str "x86_64-linux";
  networking = {
    hostName = of (types.strMatching "[[:alnum:]]([[:alnum:]_-]{0,61}[[:alnum:]])?");
    domain = withDefault (types.nullOr types.str) null;
    hosts = withDefault (types.attrsOf (types.listOf types.str)) { };
    networkmanager.enable = withDefault types.bool true;
    wireless.enable = withDefault types.bool true;
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
    openssh = {
      enable = withDefault types.bool false;
      authorizedKeysFiles = texts;
      settings = section (types.section [ ] { PasswordAuthentication = types.bool; });
    };
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
          serviceConfig = open {
            Type = types.enum [
              "exec"
              "simple"
              "forking"
              "oneshot"
              "dbus"
              "notify"
              "notify-reload"
              "idle"
            ];
            Restart = types.enum [
              "no"
              "on-success"
              "on-failure"
              "on-abnormal"
              "on-abort"
              "on-watchdog"
              "always"
            ];
          };
          environment = withDefault (types.attrsOf types.str) { };
          reloadIfChanged = withDefault types.bool false;
          # Packages, which stand here as their names.
          path = texts;
        }
      )
    )) { };
    timers = withDefault (types.attrsOf (unit (anyUnit // { timerConfig = open { }; }))) { };
    paths = withDefault (types.attrsOf (unit (anyUnit // { pathConfig = open { }; }))) { };
    network = {
      wait-online.anyInterface = withDefault types.bool false;
      config.networkConfig = section sections.daemon.Network;
      links = withDefault (types.attrsOf (unit {
        matchConfig = section sections.link.Match;
        linkConfig = section sections.link.Link;
      })) { };
      netdevs = withDefault (types.attrsOf (unit {
        netdevConfig = of sections.netdev.NetDev;
        vlanConfig = section sections.netdev.VLAN;
        bondConfig = section sections.netdev.Bond;
        bridgeConfig = section sections.netdev.Bridge;
        vxlanConfig = section sections.netdev.VXLAN;
        vrfConfig = section sections.netdev.VRF;
        wireguardConfig = section sections.netdev.WireGuard;
        wireguardPeers = list sections.netdev.WireGuardPeer;
      })) { };
      networks = withDefault (types.attrsOf (unit {
        matchConfig = section sections.network.Match;
        linkConfig = section sections.network.Link;
        networkConfig = section sections.network.Network;
        dhcpV4Config = section sections.network.DHCPv4;
        dhcpV6Config = section sections.network.DHCPv6;
        ipv6AcceptRAConfig = section sections.network.IPv6AcceptRA;
        ipv6SendRAConfig = section sections.network.IPv6SendRA;
        bridgeConfig = section sections.network.Bridge;
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
        routes = list sections.network.Route;
        routingPolicyRules = list sections.network.RoutingPolicyRule;
        bridgeVLANs = list sections.network.BridgeVLAN;
        bridgeFDBs = list sections.network.BridgeFDB;
        ipv6Prefixes = list sections.network.IPv6Prefix;
        ipv6RoutePrefixes = list sections.network.IPv6RoutePrefix;
      })) { };
    };
  };
  virtualisation.vswitch = {
    enable = withDefault types.bool false;
    package = withDefault types.str "/nix/store/openvswitch";
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
          reloadIfChanged = withDefault types.bool false;
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
