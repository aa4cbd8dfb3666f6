# PrismNET, the overlay network. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.prismnet;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "prismnet.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/prismnet";
  imports = [
    ./chainfire.nix
    ./iam.nix
  ];
  options.services.prismnet = {
    enable = lib.mkEnableOption "PrismNET, the overlay network";
    package = lib.mkPackageOption pkgs "prismnet" { };
    settings = lib.mkOption {
      type = types.submodule { freeformType = format.type; };
      default = { };
      description = "Settings of PrismNET, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      api = lib.mkOption {
        type = types.port;
        default = 50081;
        description = "Port for its API.";
      };
      tunnel = lib.mkOption {
        type = types.port;
        default = 6081;
        description = "Port for tunnels between nodes.";
      };
    };
    openFirewall = lib.mkOption {
      type = types.bool;
      default = false;
      description = "Let others reach its ports.";
    };
    healthUrl = lib.mkOption {
      type = types.str;
      default = "http://localhost:${toString cfg.ports.api}/health";
      description = "Where it answers while all is well.";
    };
  };
  config = lib.mkIf cfg.enable {
    networking.firewall = lib.mkIf cfg.openFirewall {
      allowedTCPPorts = [ cfg.ports.api ];
      allowedUDPPorts = [ cfg.ports.tunnel ];
    };
    systemd.services.prismnet =
      let
        # Those on this node; the others may be on any.
        dependencies = map (name: "${name}.service") (
          lib.filter (name: config.services.${name}.enable) [
            "chainfire"
            "iam"
          ]
        );
      in
      {
        description = "PrismNET, the overlay network";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ] ++ dependencies;
        after = [ "network-online.target" ] ++ dependencies;
        serviceConfig = {
          ExecStart = "${lib.getExe cfg.package} --config ${file}";
          Restart = "on-failure";
          RestartSec = 5;
          StateDirectory = "prismnet";
          StateDirectoryMode = "0700";
          UMask = "0077";
          DynamicUser = true;
          NoNewPrivileges = true;
          ProtectSystem = "strict";
          ProtectHome = true;
          PrivateTmp = true;
          ProtectClock = true;
          ProtectControlGroups = true;
          ProtectHostname = true;
          ProtectKernelLogs = true;
          ProtectKernelModules = true;
          ProtectKernelTunables = true;
          ProtectProc = "invisible";
          ProcSubset = "pid";
          LockPersonality = true;
          RestrictNamespaces = true;
          RestrictRealtime = true;
          RestrictSUIDSGID = true;
          RemoveIPC = true;
          SystemCallArchitectures = "native";
          PrivateDevices = true;
          CapabilityBoundingSet = [ "CAP_NET_ADMIN" ];
          AmbientCapabilities = [ "CAP_NET_ADMIN" ];
          RestrictAddressFamilies = [
            "AF_UNIX"
            "AF_INET"
            "AF_INET6"
            "AF_NETLINK"
            "AF_PACKET"
          ];
          SystemCallFilter = [
            "@system-service"
            "~@privileged"
          ];
        };
      };
  };
}
