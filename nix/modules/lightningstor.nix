# LightningSTOR, S3-compatible object storage. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.lightningstor;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "lightningstor.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/lightningstor";
  imports = [
    ./chainfire.nix
    ./iam.nix
  ];
  options.services.lightningstor = {
    enable = lib.mkEnableOption "LightningSTOR, S3-compatible object storage";
    package = lib.mkPackageOption pkgs "lightningstor" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          replicas = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Copies of each object.";
            example = 3;
          };
        };
      };
      default = { };
      description = "Settings of LightningSTOR, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      s3 = lib.mkOption {
        type = types.port;
        default = 9000;
        description = "Port for S3 clients.";
      };
      api = lib.mkOption {
        type = types.port;
        default = 50086;
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
    networking.firewall = lib.mkIf cfg.openFirewall {
      allowedTCPPorts = [
        cfg.ports.s3
        cfg.ports.api
      ];
    };
    systemd.services.lightningstor =
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
        description = "LightningSTOR, S3-compatible object storage";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ] ++ dependencies;
        after = [ "network-online.target" ] ++ dependencies;
        serviceConfig = {
          ExecStart = "${lib.getExe cfg.package} --config ${file}";
          Restart = "on-failure";
          RestartSec = 5;
          StateDirectory = "lightningstor";
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
