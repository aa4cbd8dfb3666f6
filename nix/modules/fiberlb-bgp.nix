# How FiberLB announces its virtual addresses: through the API of the GoBGP on its node.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.fiberlb.bgp;
  healthCheck.options = {
    port = mkOption {
      type = types.port;
      description = "Port of the address that takes connections.";
    };
    path = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "Path that answers with a status below 400; null: taking a connection is enough.";
    };
    intervalSeconds = mkOption {
      type = types.ints.positive;
      default = 5;
      description = "Seconds between two checks.";
    };
    timeoutSeconds = mkOption {
      type = types.ints.positive;
      default = 2;
      description = "Seconds that one check may take.";
    };
    failures = mkOption {
      type = types.ints.positive;
      default = 3;
      description = "Failed checks in a row after which the address is withdrawn.";
    };
  };
  vip.options = {
    address = mkOption {
      type = types.str;
      description = "The virtual address.";
    };
    healthCheck = mkOption {
      type = types.nullOr (types.submodule healthCheck);
      default = null;
      description = "How FiberLB finds out whether it is served; null: it is announced while FiberLB itself is well.";
    };
  };
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/fiberlb-bgp";
  imports = [ ./fiberlb.nix ];
  options.services.fiberlb.bgp = {
    enable = lib.mkEnableOption "announcing virtual addresses by BGP";
    gobgpAddress = mkOption {
      type = types.str;
      default = "127.0.0.1:50051";
      description = "Where GoBGP's API is.";
    };
    configFile = mkOption {
      type = types.nullOr types.path;
      default = null;
      description = "GoBGP's configuration as a file, in place of services.gobgpd.settings.";
    };
    vips = mkOption {
      type = types.listOf (types.submodule vip);
      default = [ ];
      description = "The addresses to announce, each while it is healthy.";
    };
  };
  config = lib.mkIf (config.services.fiberlb.enable && cfg.enable) {
    services.fiberlb.settings.bgp = {
      inherit (cfg) gobgpAddress vips;
    };
    services.gobgpd.enable = lib.mkIf (cfg.configFile != null) true;
    systemd.services = lib.optionalAttrs (cfg.configFile != null) {
      gobgpd.serviceConfig.ExecStart = lib.mkForce "${pkgs.gobgpd}/bin/gobgpd --sdnotify -t yaml -f ${cfg.configFile}";
    };
  };
}
