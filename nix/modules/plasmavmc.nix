# PlasmaVMC, virtual machines. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.plasmavmc;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "plasmavmc.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/plasmavmc";
  imports = [
    ./chainfire.nix
    ./iam.nix
  ];
  options.services.plasmavmc = {
    enable = lib.mkEnableOption "PlasmaVMC, virtual machines";
    package = lib.mkPackageOption pkgs "plasmavmc" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          hypervisors = mkOption {
            type = types.nullOr (
              types.nonEmptyListOf (
                types.enum [
                  "kvm"
                  "firecracker"
                ]
              )
            );
            default = null;
            description = "What runs the machines.";
            example = [ "kvm" ];
          };
        };
      };
      default = { };
      description = "Settings of PlasmaVMC, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      api = lib.mkOption {
        type = types.port;
        default = 50082;
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
    systemd.services.plasmavmc =
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
        description = "PlasmaVMC, virtual machines";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ] ++ dependencies;
        after = [ "network-online.target" ] ++ dependencies;
        serviceConfig = {
          ExecStart = "${lib.getExe cfg.package} --config ${file}";
          Restart = "on-failure";
          RestartSec = 5;
          StateDirectory = "plasmavmc";
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
          PrivateDevices = false;
          DevicePolicy = "closed";
          DeviceAllow = [
            "/dev/kvm rw"
            "/dev/net/tun rw"
          ];
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
