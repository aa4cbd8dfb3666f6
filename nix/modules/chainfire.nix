# ChainFire, the distributed key-value store. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.chainfire;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "chainfire.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/chainfire";
  options.services.chainfire = {
    enable = lib.mkEnableOption "ChainFire, the distributed key-value store";
    package = lib.mkPackageOption pkgs "chainfire" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          heartbeatMs = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Milliseconds between two heartbeats of the leader.";
            example = 150;
          };
          electionMs = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Milliseconds without a heartbeat after which a member stands for election.";
            example = 1500;
          };
          snapshotEntries = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Entries of the log after which a snapshot is taken.";
            example = 10000;
          };
        };
      };
      default = { };
      description = "Settings of ChainFire, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      client = lib.mkOption {
        type = types.port;
        default = 2379;
        description = "Port for clients.";
      };
      peer = lib.mkOption {
        type = types.port;
        default = 2380;
        description = "Port for other members.";
      };
    };
    openFirewall = lib.mkOption {
      type = types.bool;
      default = false;
      description = "Let others reach its ports.";
    };
    healthUrl = lib.mkOption {
      type = types.str;
      default = "http://localhost:${toString cfg.ports.client}/health";
      description = "Where it answers while all is well.";
    };
  };
  config = lib.mkIf cfg.enable {
    networking.firewall = lib.mkIf cfg.openFirewall {
      allowedTCPPorts = [
        cfg.ports.client
        cfg.ports.peer
      ];
    };
    systemd.services.chainfire = {
      description = "ChainFire, the distributed key-value store";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      serviceConfig = {
        ExecStart = "${lib.getExe cfg.package} --config ${file}";
        Restart = "on-failure";
        RestartSec = 5;
        StateDirectory = "chainfire";
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
        CapabilityBoundingSet = "";
        RestrictAddressFamilies = [
          "AF_UNIX"
          "AF_INET"
          "AF_INET6"
        ];
        SystemCallFilter = [
          "@system-service"
          "~@privileged"
        ];
      };
    };
  };
}
