# FiberLB, the L4/L7 load balancer. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.fiberlb;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "fiberlb.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/fiberlb";
  options.services.fiberlb = {
    enable = lib.mkEnableOption "FiberLB, the L4/L7 load balancer";
    package = lib.mkPackageOption pkgs "fiberlb" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          healthIntervalMs = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Milliseconds between two looks at a backend.";
            example = 1000;
          };
          healthFailures = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Failed looks after which a backend is left out.";
            example = 3;
          };
        };
      };
      default = { };
      description = "Settings of FiberLB, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      api = lib.mkOption {
        type = types.port;
        default = 50085;
        description = "Port for its API.";
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
    networking.firewall = lib.mkIf cfg.openFirewall { allowedTCPPorts = [ cfg.ports.api ]; };
    systemd.services.fiberlb = {
      description = "FiberLB, the L4/L7 load balancer";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      serviceConfig = {
        ExecStart = "${lib.getExe cfg.package} --config ${file}";
        Restart = "on-failure";
        RestartSec = 5;
        StateDirectory = "fiberlb";
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
        CapabilityBoundingSet = [
          "CAP_NET_ADMIN"
          "CAP_NET_BIND_SERVICE"
        ];
        AmbientCapabilities = [
          "CAP_NET_ADMIN"
          "CAP_NET_BIND_SERVICE"
        ];
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
