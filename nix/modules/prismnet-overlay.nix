# PrismNET's overlay on a machine: OVN's chassis and, where it has them, OVN's databases, by the scripts that Nix-NOS
# wrote for the node.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.prismnet.overlay;
  openvswitch = config.virtualisation.vswitch.package;
  run = name: text: "${pkgs.runtimeShell} ${pkgs.writeText "ovn-${name}.sh" text}";
  unit = description: after: {
    inherit description after;
    wants = after;
    wantedBy = [ "multi-user.target" ];
    path = [
      pkgs.coreutils
      openvswitch
      cfg.package
    ];
    environment = {
      OVS_RUNDIR = "/run/openvswitch";
      OVN_RUNDIR = "/run/ovn";
      OVN_DBDIR = "/var/lib/ovn";
      OVN_PKGDATADIR = "${cfg.package}/share/ovn";
    };
  };
  # Several units have their sockets in one folder, which stays while any of them runs.
  daemon = command: {
    ExecStart = command;
    Restart = "always";
    RestartSec = 2;
    RuntimeDirectory = "ovn";
    RuntimeDirectoryPreserve = true;
    StateDirectory = "ovn";
    StateDirectoryMode = "0700";
    UMask = "0077";
  };
  central = argument: "${run "central" cfg.central} ${argument}";
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/prismnet-overlay";
  options.services.prismnet.overlay = {
    package = lib.mkPackageOption pkgs "ovn" { };
    chassis = mkOption {
      type = types.lines;
      default = "";
      description = "Shell script that makes the machine a chassis of OVN (`join`) and takes that back (`leave`).";
    };
    central = mkOption {
      type = types.lines;
      default = "";
      description = "Shell script that serves OVN's databases (`nb`, `sb`) and translates between them (`northd`).";
    };
  };
  config = {
    virtualisation.vswitch.enable = lib.mkIf (cfg.chassis != "") true;
    systemd.services =
      lib.optionalAttrs (cfg.chassis != "") {
        ovn-chassis =
          unit "The machine as a chassis of OVN" [
            "ovsdb.service"
            "ovs-vswitchd.service"
          ]
          // {
            requires = [ "ovsdb.service" ];
            # To leave and join again would cut every tunnel: a new script is run as it is.
            reloadIfChanged = true;
            serviceConfig = {
              Type = "oneshot";
              RemainAfterExit = true;
              ExecStart = "${run "chassis" cfg.chassis} join";
              ExecReload = "${run "chassis" cfg.chassis} join";
              ExecStop = "${run "chassis" cfg.chassis} leave";
            };
          };
        ovn-controller = unit "OVN's controller of this chassis" [ "ovn-chassis.service" ] // {
          requires = [ "ovn-chassis.service" ];
          serviceConfig = daemon "${cfg.package}/bin/ovn-controller unix:/run/openvswitch/db.sock";
        };
      }
      // lib.optionalAttrs (cfg.central != "") {
        ovn-northbound = unit "OVN's northbound database" [ "network-online.target" ] // {
          serviceConfig = daemon (central "nb");
        };
        ovn-southbound = unit "OVN's southbound database" [ "network-online.target" ] // {
          # A connection for every chassis, and those of the other members.
          serviceConfig = daemon (central "sb") // {
            LimitNOFILE = 65536;
          };
        };
        ovn-northd =
          unit "OVN's translation of logical networks" [
            "ovn-northbound.service"
            "ovn-southbound.service"
          ]
          // {
            serviceConfig = daemon (central "northd");
          };
      };
  };
}
