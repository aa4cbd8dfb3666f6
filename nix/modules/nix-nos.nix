# A topology as options of NixOS. Made from the topology's schema by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.nix-nos;
  host = config.networking.hostName;
  # What was said, without what was not.
  said =
    value:
    if builtins.isAttrs value then
      builtins.mapAttrs (_: said) (lib.filterAttrs (_: member: member != null) value)
    else if builtins.isList value then
      map said value
    else
      value;
  rendered =
    if cfg.rendered == null then
      throw "nix-nos.rendered is not set: it is the folder that `nix-nos render` wrote"
    else
      cfg.rendered;
  gobgpFile = rendered + "/nodes/${host}/gobgp/gobgpd.yaml";
in
{
  options.nix-nos = {
    name = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "Name of the whole topology.";
      example = "acme";
    };
    domain = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "DNS domain of the nodes.";
      example = "acme.example";
    };
    sites = mkOption {
      type = types.nullOr (types.attrsOf (types.submodule { options = { }; }));
      default = null;
      description = "Places that clusters are at, by name.";
    };
    clusters = mkOption {
      type = types.attrsOf (
        types.submodule {
          options = {
            site = mkOption {
              type = types.nullOr types.str;
              default = null;
              description = "Name of an entry in `sites`.";
              example = "tokyo";
            };
            orchestration = mkOption {
              type = types.nullOr types.str;
              default = null;
              description = "What runs workloads on the cluster; `systemd` is nothing but systemd.";
              example = "systemd";
            };
            defaults = mkOption {
              type = types.nullOr (
                types.submodule {
                  options = {
                    platform = mkOption {
                      type = types.nullOr (
                        types.enum [
                          "nixos"
                          "openwrt"
                          "cisco-ios"
                        ]
                      );
                      default = null;
                      description = "What the node's files are made for; default: `nixos`.";
                      example = "nixos";
                    };
                    systemdVersion = mkOption {
                      type = types.nullOr (types.ints.between 252 999);
                      default = null;
                      description = "The oldest systemd that the node's units are for; default: 257, that of NixOS 25.05.";
                      example = 257;
                    };
                    loopback = mkOption {
                      type = types.nullOr (
                        types.oneOf [
                          (types.enum [ "auto" ])
                          types.str
                          (types.submodule {
                            options = {
                              pool = mkOption {
                                type = types.str;
                                description = "Name of a pool.";
                                example = "mgmt";
                              };
                            };
                          })
                        ]
                      );
                      default = null;
                      description = "Loopback address: `auto` takes one a family from the pool `loopbacks`.";
                      example = "auto";
                    };
                    ip = mkOption {
                      type = types.nullOr (
                        types.submodule {
                          options = {
                            pool = mkOption {
                              type = types.str;
                              description = "Name of a pool.";
                              example = "mgmt";
                            };
                            interface = mkOption {
                              type = types.nullOr types.str;
                              default = null;
                              description = "Interface that carries the address, with the pool's prefix length.";
                              example = "eth0";
                            };
                          };
                        }
                      );
                      default = null;
                      description = "Pool that the nodes' own addresses come from.";
                    };
                  };
                }
              );
              default = null;
              description = "What holds for each node of the cluster that does not say otherwise.";
            };
            nodes = mkOption {
              type = types.attrsOf (
                types.submodule {
                  options = {
                    role = mkOption {
                      type = types.str;
                      description = "What the node is for, as control-plane, worker, spine, leaf or edge.";
                      example = "control-plane";
                    };
                    platform = mkOption {
                      type = types.nullOr (
                        types.enum [
                          "nixos"
                          "openwrt"
                          "cisco-ios"
                        ]
                      );
                      default = null;
                      description = "What the node's files are made for; default: `nixos`.";
                      example = "nixos";
                    };
                    systemdVersion = mkOption {
                      type = types.nullOr (types.ints.between 252 999);
                      default = null;
                      description = "The oldest systemd that the node's units are for; default: 257, that of NixOS 25.05.";
                      example = 257;
                    };
                    ip = mkOption {
                      type = types.nullOr (
                        types.oneOf [
                          types.str
                          (types.submodule {
                            options = {
                              pool = mkOption {
                                type = types.str;
                                description = "Name of a pool.";
                                example = "mgmt";
                              };
                              interface = mkOption {
                                type = types.nullOr types.str;
                                default = null;
                                description = "Interface that carries the address, with the pool's prefix length.";
                                example = "eth0";
                              };
                            };
                          })
                        ]
                      );
                      default = null;
                      description = "The node's own address, by which the other nodes reach it.";
                      example = "10.0.1.10";
                    };
                    loopback = mkOption {
                      type = types.nullOr (
                        types.oneOf [
                          (types.enum [ "auto" ])
                          types.str
                          (types.submodule {
                            options = {
                              pool = mkOption {
                                type = types.str;
                                description = "Name of a pool.";
                                example = "mgmt";
                              };
                            };
                          })
                        ]
                      );
                      default = null;
                      description = "Loopback address: `auto` takes one a family from the pool `loopbacks`.";
                      example = "auto";
                    };
                    services = mkOption {
                      type = types.nullOr (types.listOf types.str);
                      default = null;
                      description = "Names of the services that run on the node.";
                      example = [
                        "chainfire"
                        "iam"
                      ];
                    };
                    interfaces = mkOption {
                      type = types.nullOr (
                        types.attrsOf (
                          types.submodule {
                            options = {
                              kind = mkOption {
                                type = types.nullOr (
                                  types.enum [
                                    "ethernet"
                                    "vlan"
                                    "bond"
                                    "bridge"
                                    "vxlan"
                                    "wireguard"
                                    "dummy"
                                    "vrf"
                                  ]
                                );
                                default = null;
                                description = "What the interface is.";
                                example = "bond";
                              };
                              addresses = mkOption {
                                type = types.nullOr (
                                  types.oneOf [
                                    (types.listOf types.str)
                                    (types.enum [ "auto" ])
                                  ]
                                );
                                default = null;
                                description = "Addresses with their prefix length, or `auto` for one a family from the VLAN's pool.";
                                example = [
                                  "10.0.1.10/24"
                                  "fd00:1::10/64"
                                ];
                              };
                              gateway = mkOption {
                                type = types.nullOr (
                                  types.oneOf [
                                    types.str
                                    (types.listOf types.str)
                                  ]
                                );
                                default = null;
                                description = "Default gateway, one a family.";
                                example = "10.0.1.1";
                              };
                              mtu = mkOption {
                                type = types.nullOr (types.ints.between 68 65535);
                                default = null;
                                description = "Largest packet, in bytes; 1280 at least where there is IPv6 (RFC 8200). Default: the system's.";
                                example = 9000;
                              };
                              zone = mkOption {
                                type = types.nullOr types.str;
                                default = null;
                                description = "Firewall zone of the interface, by name.";
                                example = "wan";
                              };
                              parent = mkOption {
                                type = types.nullOr types.str;
                                default = null;
                                description = "Of a `vlan`: the interface that carries its tagged frames. Of a `vxlan`: the one its tunnels leave by.";
                                example = "bond0";
                              };
                              vlan = mkOption {
                                type = types.nullOr types.str;
                                default = null;
                                description = "Of a `vlan`: name of an entry in `network.vlans`.";
                                example = "storage";
                              };
                              members = mkOption {
                                type = types.nullOr (types.listOf types.str);
                                default = null;
                                description = "Of a `bond`, `bridge` or `vrf`: the interfaces in it.";
                                example = [
                                  "eth2"
                                  "eth3"
                                ];
                              };
                              match = mkOption {
                                type = types.nullOr (
                                  types.submodule {
                                    options = {
                                      macAddress = mkOption {
                                        type = types.str;
                                        description = "The port's permanent MAC address.";
                                        example = "52:54:00:12:34:56";
                                      };
                                    };
                                  }
                                );
                                default = null;
                                description = "Of an `ethernet`: the port that gets this name and these settings, instead of the one of this name.";
                              };
                              macAddress = mkOption {
                                type = types.nullOr types.str;
                                default = null;
                                description = "MAC address that the interface gets; default: the port's, or one that systemd makes of the name.";
                                example = "02:00:00:00:00:01";
                              };
                              dhcp = mkOption {
                                type = types.nullOr (
                                  types.oneOf [
                                    types.bool
                                    (types.enum [
                                      "ipv4"
                                      "ipv6"
                                    ])
                                    (types.submodule {
                                      options = {
                                        family = mkOption {
                                          type = types.nullOr (
                                            types.enum [
                                              "both"
                                              "ipv4"
                                              "ipv6"
                                            ]
                                          );
                                          default = null;
                                          description = "Families that a lease is asked for; default `both`.";
                                          example = "ipv4";
                                        };
                                        routeMetric = mkOption {
                                          type = types.nullOr (types.ints.between 0 4294967295);
                                          default = null;
                                          description = "Metric of the routes that come with an IPv4 lease; default 1024.";
                                          example = 100;
                                        };
                                        routeTable = mkOption {
                                          type = types.nullOr (types.ints.between 1 4294967295);
                                          default = null;
                                          description = "Table of the routes that come with an IPv4 lease.";
                                          example = 100;
                                        };
                                        useDns = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The lease's name servers are used; default: they are.";
                                          example = false;
                                        };
                                        useNtp = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The lease's time servers are used; default: they are.";
                                          example = false;
                                        };
                                        useDomains = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The lease's domain is searched; default: it is not.";
                                          example = false;
                                        };
                                        useRoutes = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The routes that come with an IPv4 lease are used, its gateway with them; default: they are.";
                                          example = false;
                                        };
                                        useMtu = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The MTU that comes with an IPv4 lease is used; default: it is not.";
                                          example = false;
                                        };
                                        useHostname = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The host name that comes with a lease is used; default: it is not, the node has one.";
                                          example = false;
                                        };
                                        sendHostname = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The server is told the node's name; default: it is.";
                                          example = false;
                                        };
                                        clientIdentifier = mkOption {
                                          type = types.nullOr (
                                            types.enum [
                                              "mac"
                                              "duid"
                                            ]
                                          );
                                          default = null;
                                          description = "What an IPv4 server knows the node by; default `duid`.";
                                          example = "mac";
                                        };
                                      };
                                    })
                                  ]
                                );
                                default = null;
                                description = "Leases are asked for: `true` for both families, one of them, or with options; default: none.";
                                example = "ipv4";
                              };
                              acceptRa = mkOption {
                                type = types.nullOr (
                                  types.oneOf [
                                    types.bool
                                    (types.submodule {
                                      options = {
                                        useDns = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The routers' name servers are used; default: they are.";
                                          example = false;
                                        };
                                        useDomains = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The routers' domains are searched; default: they are not.";
                                          example = false;
                                        };
                                        useGateway = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The routers become default gateways; default: they do.";
                                          example = false;
                                        };
                                        useAutonomousPrefix = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "Addresses are made of the prefixes that come (RFC 4862); default: they are.";
                                          example = false;
                                        };
                                        useMtu = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The MTU that comes is used; default: it is.";
                                          example = false;
                                        };
                                        routeMetric = mkOption {
                                          type = types.nullOr (types.ints.between 0 4294967295);
                                          default = null;
                                          description = "Metric of the routes that come; default 1024.";
                                          example = 100;
                                        };
                                        routeTable = mkOption {
                                          type = types.nullOr (types.ints.between 1 4294967295);
                                          default = null;
                                          description = "Table of the routes that come.";
                                          example = 100;
                                        };
                                      };
                                    })
                                  ]
                                );
                                default = null;
                                description = "Routers' advertisements are heeded; default: where `dhcp` asks for IPv6.";
                                example = true;
                              };
                              sendRa = mkOption {
                                type = types.nullOr (
                                  types.oneOf [
                                    types.bool
                                    (types.submodule {
                                      options = {
                                        prefixes = mkOption {
                                          type = types.nullOr (types.listOf types.str);
                                          default = null;
                                          description = "Prefixes that hosts make their addresses of, /64 each; default: those of the interface's addresses.";
                                          example = [ "2001:db8:1::/64" ];
                                        };
                                        routes = mkOption {
                                          type = types.nullOr (types.listOf types.str);
                                          default = null;
                                          description = "Prefixes that are reached through the node (RFC 4191).";
                                          example = [ "2001:db8::/32" ];
                                        };
                                        routerLifetime = mkOption {
                                          type = types.nullOr (types.ints.between 0 9000);
                                          default = null;
                                          description = "Seconds for which the node is a default gateway; 0 is not at all; default 1800.";
                                          example = 0;
                                        };
                                        routerPreference = mkOption {
                                          type = types.nullOr (
                                            types.enum [
                                              "low"
                                              "medium"
                                              "high"
                                            ]
                                          );
                                          default = null;
                                          description = "Which of several routers is preferred (RFC 4191).";
                                          example = "high";
                                        };
                                        managed = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "Hosts ask DHCPv6 for their addresses.";
                                          example = false;
                                        };
                                        otherConfig = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "Hosts ask DHCPv6 for the rest, as name servers.";
                                          example = false;
                                        };
                                        dns = mkOption {
                                          type = types.nullOr (types.nonEmptyListOf types.str);
                                          default = null;
                                          description = "Name servers for the hosts (RFC 8106), IPv6; default: none are told.";
                                          example = [ "2001:db8::53" ];
                                        };
                                        domains = mkOption {
                                          type = types.nullOr (types.nonEmptyListOf types.str);
                                          default = null;
                                          description = "Domains that the hosts search.";
                                          example = [ "acme.example" ];
                                        };
                                      };
                                    })
                                  ]
                                );
                                default = null;
                                description = "The node is the router of its neighbours and says so.";
                                example = true;
                              };
                              linkLocal = mkOption {
                                type = types.nullOr (
                                  types.enum [
                                    "no"
                                    "ipv4"
                                    "ipv6"
                                    "both"
                                  ]
                                );
                                default = null;
                                description = "Link-local addresses; default: `ipv6` on an interface that has addresses or asks for some.";
                                example = "ipv6";
                              };
                              routes = mkOption {
                                type = types.nullOr (
                                  types.listOf (
                                    types.submodule {
                                      options = {
                                        to = mkOption {
                                          type = types.str;
                                          description = "Where it leads: a prefix, an address, or `default`.";
                                          example = "10.0.0.0/8";
                                        };
                                        via = mkOption {
                                          type = types.nullOr types.str;
                                          default = null;
                                          description = "The router; without one, who is there is on the link itself.";
                                          example = "10.0.1.1";
                                        };
                                        onLink = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "The router is on the link, though none of the interface's networks has it.";
                                          example = true;
                                        };
                                        source = mkOption {
                                          type = types.nullOr types.str;
                                          default = null;
                                          description = "Address that the node's own packets come from, one of its own.";
                                          example = "10.255.0.1";
                                        };
                                        metric = mkOption {
                                          type = types.nullOr (types.ints.between 0 4294967295);
                                          default = null;
                                          description = "Of several routes to one place, the lowest is taken.";
                                          example = 100;
                                        };
                                        table = mkOption {
                                          type = types.nullOr (types.ints.between 1 4294967295);
                                          default = null;
                                          description = "Routing table; default: the main one, or the VRF's.";
                                          example = 100;
                                        };
                                        type = mkOption {
                                          type = types.nullOr (
                                            types.enum [
                                              "unicast"
                                              "blackhole"
                                              "unreachable"
                                              "prohibit"
                                              "throw"
                                            ]
                                          );
                                          default = null;
                                          description = "What happens to the packets; default `unicast`, they are sent.";
                                          example = "blackhole";
                                        };
                                        mtu = mkOption {
                                          type = types.nullOr (types.ints.between 68 65535);
                                          default = null;
                                          description = "Largest packet that goes this way, in bytes.";
                                          example = 1400;
                                        };
                                      };
                                    }
                                  )
                                );
                                default = null;
                                description = "Static routes over the interface.";
                              };
                              routingRules = mkOption {
                                type = types.nullOr (
                                  types.listOf (
                                    types.submodule {
                                      options = {
                                        from = mkOption {
                                          type = types.nullOr types.str;
                                          default = null;
                                          description = "Packets from here.";
                                          example = "10.20.0.0/24";
                                        };
                                        to = mkOption {
                                          type = types.nullOr types.str;
                                          default = null;
                                          description = "Packets to here.";
                                          example = "10.30.0.0/24";
                                        };
                                        incomingInterface = mkOption {
                                          type = types.nullOr types.str;
                                          default = null;
                                          description = "Packets that came in by this interface; `lo` is the node's own.";
                                          example = "eth1";
                                        };
                                        mark = mkOption {
                                          type = types.nullOr (types.ints.between 1 4294967295);
                                          default = null;
                                          description = "Packets with this firewall mark.";
                                          example = 51820;
                                        };
                                        family = mkOption {
                                          type = types.nullOr (
                                            types.enum [
                                              "ipv4"
                                              "ipv6"
                                              "both"
                                            ]
                                          );
                                          default = null;
                                          description = "Of a rule without addresses: whose packets; default `both`.";
                                          example = "ipv4";
                                        };
                                        invert = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "Packets that do not match.";
                                          example = true;
                                        };
                                        priority = mkOption {
                                          type = types.nullOr (types.ints.between 1 4294967295);
                                          default = null;
                                          description = "Rules are tried from the lowest; 32766 and 32767 are the tables main and default.";
                                          example = 1000;
                                        };
                                        table = mkOption {
                                          type = types.nullOr (types.ints.between 1 4294967295);
                                          default = null;
                                          description = "Table in which the way is looked up.";
                                          example = 100;
                                        };
                                        suppressPrefixLength = mkOption {
                                          type = types.nullOr (types.ints.between 0 128);
                                          default = null;
                                          description = "Routes of this length or shorter are passed over; 0 is the default route.";
                                          example = 0;
                                        };
                                        type = mkOption {
                                          type = types.nullOr (
                                            types.enum [
                                              "blackhole"
                                              "unreachable"
                                              "prohibit"
                                            ]
                                          );
                                          default = null;
                                          description = "What happens to the packets instead of a look in a table.";
                                          example = "unreachable";
                                        };
                                      };
                                    }
                                  )
                                );
                                default = null;
                                description = "Rules that choose a routing table, set with the interface.";
                              };
                              dns = mkOption {
                                type = types.nullOr (types.listOf types.str);
                                default = null;
                                description = "Name servers that are reached over the interface.";
                                example = [ "10.0.1.53" ];
                              };
                              domains = mkOption {
                                type = types.nullOr (types.listOf types.str);
                                default = null;
                                description = "Domains that are searched; with `~` in front, only asked for there, and `~.` is all of them.";
                                example = [
                                  "acme.example"
                                  "~corp.example"
                                ];
                              };
                              ntp = mkOption {
                                type = types.nullOr (types.listOf types.str);
                                default = null;
                                description = "Time servers.";
                                example = [ "ntp.acme.example" ];
                              };
                              requiredForOnline = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "The boot waits for the interface; default: where it has addresses or carries VLANs, and is no port.";
                                example = false;
                              };
                              mode = mkOption {
                                type = types.nullOr (
                                  types.enum [
                                    "balance-rr"
                                    "active-backup"
                                    "balance-xor"
                                    "broadcast"
                                    "802.3ad"
                                    "balance-tlb"
                                    "balance-alb"
                                  ]
                                );
                                default = null;
                                description = "Of a `bond`: the bonding mode; default `active-backup`.";
                                example = "802.3ad";
                              };
                              lacpRate = mkOption {
                                type = types.nullOr (
                                  types.enum [
                                    "slow"
                                    "fast"
                                  ]
                                );
                                default = null;
                                description = "Of a `bond` in mode `802.3ad`: how often the switch sends LACPDUs; default `fast`, each second.";
                                example = "slow";
                              };
                              transmitHashPolicy = mkOption {
                                type = types.nullOr (
                                  types.enum [
                                    "layer2"
                                    "layer2+3"
                                    "layer3+4"
                                    "encap2+3"
                                    "encap3+4"
                                  ]
                                );
                                default = null;
                                description = "Of a `bond` that spreads by hash: what of a packet chooses its member; default `layer3+4`.";
                                example = "layer2+3";
                              };
                              miiMonitor = mkOption {
                                type = types.nullOr (types.ints.between 0 3600000);
                                default = null;
                                description = "Of a `bond`: milliseconds between looks at its members' links; default 100, and 0 is never.";
                                example = 100;
                              };
                              upDelay = mkOption {
                                type = types.nullOr (types.ints.between 0 3600000);
                                default = null;
                                description = "Of a `bond`: milliseconds for which a member's link is up before it is used.";
                                example = 200;
                              };
                              downDelay = mkOption {
                                type = types.nullOr (types.ints.between 0 3600000);
                                default = null;
                                description = "Of a `bond`: milliseconds for which a member's link is down before it is left.";
                                example = 200;
                              };
                              minLinks = mkOption {
                                type = types.nullOr (types.ints.between 1 64);
                                default = null;
                                description = "Of a `bond` in mode `802.3ad`: members that must be up for the bond to be up; default 1.";
                                example = 2;
                              };
                              adSelect = mkOption {
                                type = types.nullOr (
                                  types.enum [
                                    "stable"
                                    "bandwidth"
                                    "count"
                                  ]
                                );
                                default = null;
                                description = "Of a `bond` in mode `802.3ad`: which group of members is used.";
                                example = "bandwidth";
                              };
                              primary = mkOption {
                                type = types.nullOr types.str;
                                default = null;
                                description = "Of a `bond`: the member that is used whenever it is up.";
                                example = "eth2";
                              };
                              primaryReselect = mkOption {
                                type = types.nullOr (
                                  types.enum [
                                    "always"
                                    "better"
                                    "failure"
                                  ]
                                );
                                default = null;
                                description = "Of a `bond` with a `primary`: when that one is used again after it came back; default `always`.";
                                example = "failure";
                              };
                              failOverMac = mkOption {
                                type = types.nullOr (
                                  types.enum [
                                    "none"
                                    "active"
                                    "follow"
                                  ]
                                );
                                default = null;
                                description = "Of a `bond` in mode `active-backup`: whose MAC address it has.";
                                example = "active";
                              };
                              gratuitousArp = mkOption {
                                type = types.nullOr (types.ints.between 0 255);
                                default = null;
                                description = "Of a `bond` in mode `active-backup`: announcements after a change of member; default 1.";
                                example = 3;
                              };
                              arpInterval = mkOption {
                                type = types.nullOr (types.ints.between 0 3600000);
                                default = null;
                                description = "Of a `bond`: milliseconds between ARP requests that watch its members, in place of `miiMonitor`.";
                                example = 1000;
                              };
                              arpTargets = mkOption {
                                type = types.nullOr (types.nonEmptyListOf types.str);
                                default = null;
                                description = "Of a `bond` with an `arpInterval`: whom it asks.";
                                example = [ "10.0.0.1" ];
                              };
                              arpMissedMax = mkOption {
                                type = types.nullOr (types.ints.between 1 255);
                                default = null;
                                description = "Of a `bond` with an `arpInterval`: answers that may fail to come; systemd 256 and later.";
                                example = 3;
                              };
                              packetsPerMember = mkOption {
                                type = types.nullOr (types.ints.between 0 65535);
                                default = null;
                                description = "Of a `bond` in mode `balance-rr`: packets by one member before the next; 0 is any.";
                                example = 1;
                              };
                              stp = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "Of a `bridge`: the spanning tree protocol runs (IEEE 802.1D); default: it does not.";
                                example = true;
                              };
                              priority = mkOption {
                                type = types.nullOr (types.ints.between 0 65535);
                                default = null;
                                description = "Of a `bridge` with `stp`: the lowest becomes the root; default 32768.";
                                example = 4096;
                              };
                              forwardDelay = mkOption {
                                type = types.nullOr (types.ints.between 2 30);
                                default = null;
                                description = "Of a `bridge` with `stp`: seconds that a port listens and learns; default 15.";
                                example = 4;
                              };
                              helloTime = mkOption {
                                type = types.nullOr (types.ints.between 1 10);
                                default = null;
                                description = "Of a `bridge` with `stp`: seconds between its messages as root; default 2.";
                                example = 2;
                              };
                              maxAge = mkOption {
                                type = types.nullOr (types.ints.between 6 40);
                                default = null;
                                description = "Of a `bridge` with `stp`: seconds without a message before another root is sought; default 20.";
                                example = 20;
                              };
                              ageingTime = mkOption {
                                type = types.nullOr (types.ints.between 0 1000000);
                                default = null;
                                description = "Of a `bridge`: seconds for which a learned address is kept; default 300.";
                                example = 300;
                              };
                              multicastSnooping = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "Of a `bridge`: multicast goes only to ports that asked for it; default: it does.";
                                example = false;
                              };
                              multicastQuerier = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "Of a `bridge`: it asks who wants multicast, where no router does.";
                                example = true;
                              };
                              vlanFiltering = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "Of a `bridge`: each port carries only its own VLANs, as on a switch.";
                                example = true;
                              };
                              pvid = mkOption {
                                type = types.nullOr (
                                  types.oneOf [
                                    (types.enum [ "none" ])
                                    (types.oneOf [
                                      (types.ints.between 1 4094)
                                      types.str
                                    ])
                                  ]
                                );
                                default = null;
                                description = "Of a `bridge` with `vlanFiltering`: VLAN of untagged frames where a port says nothing; default 1.";
                                example = 10;
                              };
                              ports = mkOption {
                                type = types.nullOr (
                                  types.attrsOf (
                                    types.submodule {
                                      options = {
                                        vlans = mkOption {
                                          type = types.nullOr (
                                            types.listOf (
                                              types.oneOf [
                                                (types.ints.between 1 4094)
                                                types.str
                                              ]
                                            )
                                          );
                                          default = null;
                                          description = "VLANs that the port carries, tagged: numbers, ranges, or names in `network.vlans`.";
                                          example = [
                                            "storage"
                                            20
                                            "30-39"
                                          ];
                                        };
                                        pvid = mkOption {
                                          type = types.nullOr (
                                            types.oneOf [
                                              (types.enum [ "none" ])
                                              (types.oneOf [
                                                (types.ints.between 1 4094)
                                                types.str
                                              ])
                                            ]
                                          );
                                          default = null;
                                          description = "VLAN of the port's untagged frames; default: the bridge's `pvid`; `none` drops such frames.";
                                          example = 10;
                                        };
                                        cost = mkOption {
                                          type = types.nullOr (types.ints.between 1 65535);
                                          default = null;
                                          description = "Cost of the way through the port, to the spanning tree protocol.";
                                          example = 100;
                                        };
                                        priority = mkOption {
                                          type = types.nullOr (types.ints.between 0 63);
                                          default = null;
                                          description = "Which of two ways of one cost is taken: the lower one; default 32.";
                                          example = 16;
                                        };
                                        isolated = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "Frames do not pass between this port and other isolated ones.";
                                          example = true;
                                        };
                                        learning = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "Addresses behind the port are learned from what comes in; default: they are.";
                                          example = false;
                                        };
                                        hairpin = mkOption {
                                          type = types.nullOr types.bool;
                                          default = null;
                                          description = "A frame may leave by the port that it came in by.";
                                          example = true;
                                        };
                                      };
                                    }
                                  )
                                );
                                default = null;
                                description = "Of a `bridge`: what its members do as ports, by their name.";
                                example = {
                                  eth2 = {
                                    vlans = [ "storage" ];
                                    pvid = 10;
                                  };
                                };
                              };
                              vni = mkOption {
                                type = types.nullOr (types.ints.between 1 16777215);
                                default = null;
                                description = "Of a `vxlan`: network identifier, 24 bits (RFC 7348).";
                                example = 10100;
                              };
                              local = mkOption {
                                type = types.nullOr (
                                  types.oneOf [
                                    (types.enum [
                                      "ip"
                                      "loopback"
                                    ])
                                    types.str
                                  ]
                                );
                                default = null;
                                description = "Of a `vxlan`: address that tunnels start from: the node's `ip`, its `loopback`, or one of its own.";
                                example = "loopback";
                              };
                              remotes = mkOption {
                                type = types.nullOr (types.listOf types.str);
                                default = null;
                                description = "Of a `vxlan`: where broadcast, unknown and multicast frames are sent; one multicast group, or peers.";
                                example = [
                                  "10.255.0.2"
                                  "10.255.0.3"
                                ];
                              };
                              port = mkOption {
                                type = types.nullOr (types.ints.between 1 65535);
                                default = null;
                                description = "UDP port: of a `vxlan`, 4789 by default; of a `wireguard`, the one that it listens on.";
                                example = 51820;
                              };
                              privateKeyFile = mkOption {
                                type = types.nullOr types.str;
                                default = null;
                                description = "Of a `wireguard`: file on the node that holds its private key.";
                                example = "/run/secrets/bgp/transit-a";
                              };
                              peers = mkOption {
                                type = types.nullOr (
                                  types.listOf (
                                    types.submodule {
                                      options = {
                                        publicKey = mkOption {
                                          type = types.str;
                                          description = "The peer's public key, 32 bytes in base64.";
                                          example = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
                                        };
                                        allowedIps = mkOption {
                                          type = types.nonEmptyListOf types.str;
                                          description = "Prefixes that are behind the peer.";
                                          example = [ "10.99.0.2/32" ];
                                        };
                                        endpoint = mkOption {
                                          type = types.nullOr types.str;
                                          default = null;
                                          description = "Where the peer is reached, HOST:PORT; without it, the peer comes first.";
                                          example = "198.51.100.7:51820";
                                        };
                                        presharedKeyFile = mkOption {
                                          type = types.nullOr types.str;
                                          default = null;
                                          description = "File on the node that holds the pre-shared key.";
                                          example = "/run/secrets/bgp/transit-a";
                                        };
                                        persistentKeepalive = mkOption {
                                          type = types.nullOr (types.ints.between 1 65535);
                                          default = null;
                                          description = "Seconds between keepalives that hold a NAT open; default: none.";
                                          example = 25;
                                        };
                                      };
                                    }
                                  )
                                );
                                default = null;
                                description = "Of a `wireguard`: the other ends.";
                              };
                              table = mkOption {
                                type = types.nullOr (types.ints.between 1 4294967295);
                                default = null;
                                description = "Of a `vrf`: number of its routing table; 253 to 255 are the system's own.";
                                example = 100;
                              };
                            };
                          }
                        )
                      );
                      default = null;
                      description = "Interfaces by name.";
                    };
                    forwarding = mkOption {
                      type = types.nullOr types.bool;
                      default = null;
                      description = "Packets for others go through the node; default: when it speaks BGP over two interfaces, sends router advertisements, or packets may go between its zones.";
                      example = true;
                    };
                    bgp = mkOption {
                      type = types.nullOr (
                        types.submodule {
                          options = {
                            routerId = mkOption {
                              type = types.nullOr types.str;
                              default = null;
                              description = "BGP identifier; default: the IPv4 loopback, else the IPv4 `ip`, else a number made of the node's name.";
                              example = "10.255.0.1";
                            };
                            originate = mkOption {
                              type = types.nullOr (types.listOf types.str);
                              default = null;
                              description = "Prefixes that the node announces itself, as aggregates.";
                              example = [ "203.0.113.0/24" ];
                            };
                            allowLocalAs = mkOption {
                              type = types.nullOr (types.ints.between 1 10);
                              default = null;
                              description = "How often the own AS may stand in a path that comes in; default: never (RFC 4271 §9.1.2).";
                              example = 1;
                            };
                            maintenance = mkOption {
                              type = types.nullOr types.bool;
                              default = null;
                              description = "Drains all sessions of the node (RFC 8326): no traffic goes through it where there is another way, and it stays reachable.";
                              example = true;
                            };
                            birdVersion = mkOption {
                              type = types.nullOr (
                                types.enum [
                                  "3"
                                  "2.0.12"
                                  "2.14"
                                  "2.18"
                                ]
                              );
                              default = null;
                              description = "BIRD on this node; default: as `bgp.defaults.birdVersion`.";
                              example = "2.14";
                            };
                            extraConfig = mkOption {
                              type = types.nullOr (
                                types.submodule {
                                  options = {
                                    bird = mkOption {
                                      type = types.nullOr types.str;
                                      default = null;
                                      description = "Statements of BIRD, checked by `bird -p` with all else.";
                                      example = "med metric on;";
                                    };
                                  };
                                }
                              );
                              default = null;
                              description = "Text that is put at the end of the daemon's configuration as it is, for what has no key here.";
                            };
                          };
                        }
                      );
                      default = null;
                      description = "What BGP needs to know of this node.";
                    };
                    openwrt = mkOption {
                      type = types.nullOr (
                        types.submodule {
                          options = {
                            version = mkOption {
                              type = types.nullOr (
                                types.enum [
                                  "19.07"
                                  "21.02"
                                  "22.03"
                                  "23.05"
                                  "24.10"
                                  "25.12"
                                ]
                              );
                              default = null;
                              description = "Release that runs on the device, as text; default: the newest. 19.07 gets the syntax from before `config device` had bridges.";
                              example = "19.07";
                            };
                            switch = mkOption {
                              type = types.nullOr (
                                types.submodule {
                                  options = {
                                    device = mkOption {
                                      type = types.nullOr types.str;
                                      default = null;
                                      description = "Name of the switch, as `swconfig list` tells it.";
                                      example = "switch0";
                                    };
                                    interface = mkOption {
                                      type = types.nullOr types.str;
                                      default = null;
                                      description = "The device's interface that leads to the switch.";
                                      example = "eth0";
                                    };
                                    cpu = mkOption {
                                      type = types.ints.between 0 31;
                                      description = "Number of the switch's port that this interface is on.";
                                      example = 6;
                                    };
                                    ports = mkOption {
                                      type = types.attrsOf (types.ints.between 0 31);
                                      description = "Number of each port by the name that the topology gives it: interfaces, and members of bridges.";
                                      example = {
                                        lan1 = 1;
                                        lan2 = 2;
                                        wan = 0;
                                      };
                                    };
                                  };
                                }
                              );
                              default = null;
                              description = "A switch that only `swconfig` knows: nobody but its owner knows which of its ports is where.";
                            };
                            timezone = mkOption {
                              type = types.nullOr types.str;
                              default = null;
                              description = "Time zone in POSIX's words; default `UTC`.";
                              example = "CET-1CEST,M3.5.0,M10.5.0/3";
                            };
                            zonename = mkOption {
                              type = types.nullOr types.str;
                              default = null;
                              description = "Name of the time zone, for people.";
                              example = "Europe/Zurich";
                            };
                            radios = mkOption {
                              type = types.nullOr (
                                types.attrsOf (
                                  types.submodule {
                                    options = {
                                      path = mkOption {
                                        type = types.str;
                                        description = "The radio's place in `/sys/devices`, as `wifi config` writes it.";
                                        example = "platform/soc/18000000.wifi";
                                      };
                                      band = mkOption {
                                        type = types.enum [
                                          "2g"
                                          "5g"
                                          "6g"
                                          "60g"
                                        ];
                                        description = "The band it works in.";
                                        example = "5g";
                                      };
                                      channel = mkOption {
                                        type = types.nullOr (
                                          types.oneOf [
                                            (types.enum [ "auto" ])
                                            (types.ints.between 1 233)
                                          ]
                                        );
                                        default = null;
                                        description = "Channel; `auto` lets the radio choose.";
                                        example = "auto";
                                      };
                                      htmode = mkOption {
                                        type = types.nullOr types.str;
                                        default = null;
                                        description = "Standard and channel width; default: the driver's.";
                                        example = "HE80";
                                      };
                                      country = mkOption {
                                        type = types.nullOr types.str;
                                        default = null;
                                        description = "Country whose rules the radio keeps (ISO 3166-1); default: the world's, with little power.";
                                        example = "JP";
                                      };
                                      txPower = mkOption {
                                        type = types.nullOr (types.ints.between 0 40);
                                        default = null;
                                        description = "Transmission power in dBm; default: the most that the country allows.";
                                        example = 20;
                                      };
                                    };
                                  }
                                )
                              );
                              default = null;
                              description = "Radios by name.";
                            };
                            wifi = mkOption {
                              type = types.nullOr (
                                types.attrsOf (
                                  types.submodule {
                                    options = {
                                      radio = mkOption {
                                        type = types.str;
                                        description = "Name of an entry in `radios`.";
                                        example = "radio0";
                                      };
                                      interface = mkOption {
                                        type = types.str;
                                        description = "The node's interface that stations come to: a bridge, a VLAN of one, or this network's own.";
                                        example = "br0";
                                      };
                                      ssid = mkOption {
                                        type = types.str;
                                        description = "Name of the network (IEEE 802.11).";
                                        example = "acme";
                                      };
                                      mode = mkOption {
                                        type = types.nullOr (
                                          types.enum [
                                            "ap"
                                            "sta"
                                          ]
                                        );
                                        default = null;
                                        description = "`ap` is the network; `sta` is a station in another's.";
                                        example = "ap";
                                      };
                                      encryption = mkOption {
                                        type = types.enum [
                                          "none"
                                          "owe"
                                          "psk2"
                                          "psk-mixed"
                                          "sae"
                                          "sae-mixed"
                                        ];
                                        description = "`sae` is WPA3, `psk2` WPA2, `sae-mixed` both; `none` and `owe` have no key.";
                                        example = "sae-mixed";
                                      };
                                      keyFile = mkOption {
                                        type = types.nullOr types.str;
                                        default = null;
                                        description = "File on the node that holds the key.";
                                        example = "/run/secrets/bgp/transit-a";
                                      };
                                      hidden = mkOption {
                                        type = types.nullOr types.bool;
                                        default = null;
                                        description = "The name is not told to everybody.";
                                        example = true;
                                      };
                                      isolate = mkOption {
                                        type = types.nullOr types.bool;
                                        default = null;
                                        description = "Stations do not reach each other.";
                                        example = true;
                                      };
                                    };
                                  }
                                )
                              );
                              default = null;
                              description = "Wireless networks by name.";
                            };
                            dhcp = mkOption {
                              type = types.nullOr (
                                types.attrsOf (
                                  types.submodule {
                                    options = {
                                      range = mkOption {
                                        type = types.nullOr types.str;
                                        default = null;
                                        description = "Addresses for whoever asks; default: only nodes of the topology get theirs.";
                                        example = "10.0.1.100-10.0.1.199";
                                      };
                                      leaseTime = mkOption {
                                        type = types.nullOr (types.ints.between 120 31536000);
                                        default = null;
                                        description = "Seconds for which an address is given; default 12 hours.";
                                        example = 3600;
                                      };
                                    };
                                  }
                                )
                              );
                              default = null;
                              description = "Interfaces whose hosts get addresses from the node; nodes of the topology always the ones they have in it.";
                            };
                          };
                        }
                      );
                      default = null;
                      description = "Of a node with `platform: openwrt`: what only OpenWrt has.";
                    };
                    cisco = mkOption {
                      type = types.nullOr (
                        types.submodule {
                          options = {
                            ports = mkOption {
                              type = types.nullOr (types.attrsOf types.str);
                              default = null;
                              description = "IOS's name of each of the node's interfaces; `lo` is Loopback0, and a VLAN's is made of what it stands on.";
                              example = {
                                eth0 = "GigabitEthernet0/0/0";
                              };
                            };
                          };
                        }
                      );
                      default = null;
                      description = "Of a node with `platform: cisco-ios`: what only a Cisco device has.";
                    };
                    bootstrap = mkOption {
                      type = types.nullOr types.bool;
                      default = null;
                      description = "This node founds its cluster; by default the first that can does.";
                      example = true;
                    };
                  };
                }
              );
              description = "Nodes by host name; unique in the whole topology.";
            };
            workloads = mkOption {
              type = types.nullOr (
                types.attrsOf (
                  types.submodule {
                    options = {
                      description = mkOption {
                        type = types.nullOr types.str;
                        default = null;
                        description = "One line for people.";
                        example = "Container registry";
                      };
                      image = mkOption {
                        type = types.nullOr types.str;
                        default = null;
                        description = "OCI image of a container; either this or `command` is there.";
                        example = "docker.io/library/registry:2.8.3";
                      };
                      command = mkOption {
                        type = types.nullOr (types.nonEmptyListOf types.str);
                        default = null;
                        description = "Program and arguments, never read by a shell: of the node by its absolute path, or in the image.";
                        example = [
                          "/run/current-system/sw/bin/find"
                          "/var/tmp"
                          "-mtime"
                          "+7"
                          "-delete"
                        ];
                      };
                      nodes = mkOption {
                        type = types.nonEmptyListOf types.str;
                        description = "Nodes of the cluster that it runs on.";
                        example = [ "batch01" ];
                      };
                      ports = mkOption {
                        type = types.nullOr (
                          types.listOf (
                            types.oneOf [
                              types.str
                              (types.submodule {
                                options = {
                                  name = mkOption {
                                    type = types.nullOr types.str;
                                    default = null;
                                    description = "Its name in SRV records, `_NAME._tcp`.";
                                    example = "http";
                                  };
                                  port = mkOption {
                                    type = types.ints.between 1 65535;
                                    description = "Port of the node.";
                                    example = 8080;
                                  };
                                  container = mkOption {
                                    type = types.nullOr (types.ints.between 1 65535);
                                    default = null;
                                    description = "Port inside the container; default: the same.";
                                    example = 80;
                                  };
                                  protocol = mkOption {
                                    type = types.nullOr (
                                      types.enum [
                                        "tcp"
                                        "udp"
                                      ]
                                    );
                                    default = null;
                                    description = "What is spoken over it.";
                                    example = "udp";
                                  };
                                  zones = mkOption {
                                    type = types.nullOr (types.listOf types.str);
                                    default = null;
                                    description = "Firewall zones that it is open to, besides those whose `workloads` name the workload.";
                                    example = [ "lan" ];
                                  };
                                };
                              })
                            ]
                          )
                        );
                        default = null;
                        description = "Ports, NODE:CONTAINER or one for both, with `/udp` for UDP; or with a name and zones.";
                        example = [
                          "5000:5000"
                          "53:5353/udp"
                          {
                            name = "http";
                            port = 8080;
                            zones = [ "lan" ];
                          }
                        ];
                      };
                      environment = mkOption {
                        type = types.nullOr (types.attrsOf types.str);
                        default = null;
                        description = "Environment variables by name; never secrets.";
                        example = {
                          REGISTRY_LOG_LEVEL = "info";
                        };
                      };
                      environmentFiles = mkOption {
                        type = types.nullOr (types.listOf types.str);
                        default = null;
                        description = "Files on the node with more variables, one NAME=VALUE a line, where secrets may be.";
                        example = [ "/run/secrets/registry.env" ];
                      };
                      secrets = mkOption {
                        type = types.nullOr (types.attrsOf types.str);
                        default = null;
                        description = "Files on the node by name, which it alone reads: in $CREDENTIALS_DIRECTORY/NAME, in a container /run/secrets/NAME.";
                        example = {
                          token = "/run/secrets/registry/token";
                        };
                      };
                      schedule = mkOption {
                        type = types.nullOr (
                          types.oneOf [
                            types.str
                            (types.submodule {
                              options = {
                                calendar = mkOption {
                                  type = types.str;
                                  description = "When, as systemd.time(7) writes it.";
                                  example = "Mon..Fri 03:00";
                                };
                                persistent = mkOption {
                                  type = types.nullOr types.bool;
                                  default = null;
                                  description = "A run that was missed while the node was off is made up for.";
                                  example = false;
                                };
                                randomDelay = mkOption {
                                  type = types.nullOr (types.ints.between 1 86400);
                                  default = null;
                                  description = "Seconds that it is put off by at most, at random.";
                                  example = 900;
                                };
                              };
                            })
                          ]
                        );
                        default = null;
                        description = "When it runs, in systemd's calendar format (systemd.time(7)); without it, always.";
                        example = "daily";
                      };
                      user = mkOption {
                        type = types.nullOr types.str;
                        default = null;
                        description = "User of the node, or in the container; default: one made for it alone, or the image's own.";
                        example = "postgres";
                      };
                      healthCheck = mkOption {
                        type = types.nullOr (
                          types.submodule {
                            options = {
                              http = mkOption {
                                type = types.nullOr (
                                  types.submodule {
                                    options = {
                                      port = mkOption {
                                        type = types.ints.between 1 65535;
                                        description = "Port of the node.";
                                        example = 8080;
                                      };
                                      path = mkOption {
                                        type = types.nullOr types.str;
                                        default = null;
                                        description = "Path that answers with a status below 400.";
                                        example = "/healthz";
                                      };
                                    };
                                  }
                                );
                                default = null;
                                description = "An HTTP request to the node itself.";
                              };
                              tcp = mkOption {
                                type = types.nullOr (types.ints.between 1 65535);
                                default = null;
                                description = "A port of the node that takes connections.";
                                example = 5432;
                              };
                              exec = mkOption {
                                type = types.nullOr (types.nonEmptyListOf types.str);
                                default = null;
                                description = "A program that ends with 0 while all is well: on the node, or in the container.";
                                example = [ "/run/current-system/sw/bin/pg_isready" ];
                              };
                              interval = mkOption {
                                type = types.nullOr (types.ints.between 1 86400);
                                default = null;
                                description = "Seconds between checks.";
                                example = 10;
                              };
                              timeout = mkOption {
                                type = types.nullOr (types.ints.between 1 86400);
                                default = null;
                                description = "Seconds that one attempt may take.";
                                example = 2;
                              };
                              retries = mkOption {
                                type = types.nullOr (types.ints.between 1 100);
                                default = null;
                                description = "Failures in a row until it is restarted.";
                                example = 5;
                              };
                              startPeriod = mkOption {
                                type = types.nullOr (types.ints.between 1 86400);
                                default = null;
                                description = "Seconds after its start before the first check.";
                                example = 120;
                              };
                            };
                          }
                        );
                        default = null;
                        description = "Whether it does its work; it is restarted when it does not. One of `http`, `tcp` and `exec`.";
                      };
                      restart = mkOption {
                        type = types.nullOr (
                          types.enum [
                            "always"
                            "on-failure"
                            "never"
                          ]
                        );
                        default = null;
                        description = "When it is started again after it ends; default: `always`, and `never` with a schedule.";
                        example = "on-failure";
                      };
                      restartDelay = mkOption {
                        type = types.nullOr (types.ints.between 1 86400);
                        default = null;
                        description = "Seconds before it is started again.";
                        example = 10;
                      };
                      stopTimeout = mkOption {
                        type = types.nullOr (types.ints.between 1 86400);
                        default = null;
                        description = "Seconds that it has to end when asked, before it is killed.";
                        example = 30;
                      };
                      resources = mkOption {
                        type = types.nullOr (
                          types.submodule {
                            options = {
                              memory = mkOption {
                                type = types.nullOr types.str;
                                default = null;
                                description = "Memory at most; past it, it is killed.";
                                example = "512M";
                              };
                              cpu = mkOption {
                                type = types.nullOr types.number;
                                default = null;
                                description = "Processors' worth of time at most.";
                                example = 1.5;
                              };
                              tasks = mkOption {
                                type = types.nullOr (types.ints.between 1 4194304);
                                default = null;
                                description = "Processes and threads at most.";
                                example = 256;
                              };
                            };
                          }
                        );
                        default = null;
                        description = "What it may use.";
                      };
                      volumes = mkOption {
                        type = types.nullOr (types.listOf types.str);
                        default = null;
                        description = "Folders and files of the node that it sees, PATH or SOURCE:TARGET, `:ro` to read only; they must exist.";
                        example = [
                          "/srv/registry:/var/lib/registry"
                          "/etc/ssl/certs:ro"
                        ];
                      };
                      after = mkOption {
                        type = types.nullOr (types.listOf types.str);
                        default = null;
                        description = "Workloads of the cluster that are started before it, where they run on the same node.";
                        example = [ "database" ];
                      };
                      requires = mkOption {
                        type = types.nullOr (types.listOf types.str);
                        default = null;
                        description = "The same, and it runs only while they do; they run on each of its nodes.";
                        example = [ "database" ];
                      };
                      capabilities = mkOption {
                        type = types.nullOr (types.listOf types.str);
                        default = null;
                        description = "Linux capabilities that it has; default: none, or in a container the runtime's own.";
                        example = [ "CAP_NET_BIND_SERVICE" ];
                      };
                      hardening = mkOption {
                        type = types.nullOr (
                          types.submodule {
                            options = {
                              privateTmp = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It has a /tmp and /var/tmp of its own.";
                                example = false;
                              };
                              privateDevices = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It sees no devices but /dev/null and the like.";
                                example = false;
                              };
                              protectSystem = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It sees the whole file system read-only, but for its volumes and its own state.";
                                example = false;
                              };
                              protectHome = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It sees nothing of /home, /root and /run/user.";
                                example = false;
                              };
                              protectKernel = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It changes no kernel setting, module, log, clock, host name or control group.";
                                example = false;
                              };
                              protectProc = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It sees no processes of other users.";
                                example = false;
                              };
                              noNewPrivileges = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It cannot gain privileges, as by setuid programs.";
                                example = false;
                              };
                              restrictNamespaces = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It makes no namespaces.";
                                example = false;
                              };
                              restrictAddressFamilies = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It opens only IPv4, IPv6 and Unix sockets.";
                                example = false;
                              };
                              memoryDenyWriteExecute = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It has no memory that is writable and executable; just-in-time compilers need it off.";
                                example = false;
                              };
                              systemCallFilter = mkOption {
                                type = types.nullOr types.bool;
                                default = null;
                                description = "It makes only the system calls of common services.";
                                example = false;
                              };
                            };
                          }
                        );
                        default = null;
                        description = "What a program of the node is kept from; each switch is on unless it is turned off.";
                      };
                    };
                  }
                )
              );
              default = null;
              description = "Programs and containers on the cluster's nodes, by name.";
            };
          };
        }
      );
      default = { };
      description = "Clusters by name.";
    };
    network = {
      pools = mkOption {
        type = types.nullOr (
          types.attrsOf (
            types.submodule {
              options = {
                prefixes = mkOption {
                  type = types.nonEmptyListOf types.str;
                  description = "What the pool consists of, of either family.";
                  example = [
                    "10.255.0.0/24"
                    "fd00:255::/64"
                  ];
                };
                gateway = mkOption {
                  type = types.nullOr (
                    types.oneOf [
                      types.str
                      (types.listOf types.str)
                    ]
                  );
                  default = null;
                  description = "Default gateway of the network, one a family; never given out.";
                  example = "10.10.0.1";
                };
                exclude = mkOption {
                  type = types.nullOr (types.listOf types.str);
                  default = null;
                  description = "Addresses, prefixes or ranges that are never given out.";
                  example = [ "10.10.0.1-10.10.0.9" ];
                };
                allocate = mkOption {
                  type = types.nullOr (
                    types.oneOf [
                      (types.ints.between 1 127)
                      (types.submodule {
                        options = {
                          ipv4 = mkOption {
                            type = types.nullOr (types.ints.between 1 31);
                            default = null;
                            description = "Of IPv4 blocks.";
                            example = 30;
                          };
                          ipv6 = mkOption {
                            type = types.nullOr (types.ints.between 1 127);
                            default = null;
                            description = "Of IPv6 blocks.";
                            example = 126;
                          };
                        };
                      })
                    ]
                  );
                  default = null;
                  description = "Prefix length of the blocks that links take from the pool; default: 31 for IPv4 (RFC 3021), 127 for IPv6 (RFC 6164). Where a pool has both families, a number up to 31 speaks of IPv4 and a larger one of IPv6.";
                  example = 31;
                };
                strategy = mkOption {
                  type = types.nullOr (
                    types.enum [
                      "lowest"
                      "sparse"
                    ]
                  );
                  default = null;
                  description = "Which free address is next: the lowest, or one far from all others, so that each can grow.";
                  example = "sparse";
                };
                quarantineDays = mkOption {
                  type = types.nullOr (types.ints.between 0 3650);
                  default = null;
                  description = "Days that a freed address rests before it is given to something else; 0 does without.";
                  example = 30;
                };
              };
            }
          )
        );
        default = null;
        description = "Address pools by name.";
      };
      vlans = mkOption {
        type = types.nullOr (
          types.attrsOf (
            types.submodule {
              options = {
                id = mkOption {
                  type = types.ints.between 1 4094;
                  description = "IEEE 802.1Q identifier.";
                  example = 100;
                };
                pool = mkOption {
                  type = types.nullOr (
                    types.submodule {
                      options = {
                        prefixes = mkOption {
                          type = types.nonEmptyListOf types.str;
                          description = "What the pool consists of, of either family.";
                          example = [
                            "10.255.0.0/24"
                            "fd00:255::/64"
                          ];
                        };
                        gateway = mkOption {
                          type = types.nullOr (
                            types.oneOf [
                              types.str
                              (types.listOf types.str)
                            ]
                          );
                          default = null;
                          description = "Default gateway of the network, one a family; never given out.";
                          example = "10.10.0.1";
                        };
                        exclude = mkOption {
                          type = types.nullOr (types.listOf types.str);
                          default = null;
                          description = "Addresses, prefixes or ranges that are never given out.";
                          example = [ "10.10.0.1-10.10.0.9" ];
                        };
                        allocate = mkOption {
                          type = types.nullOr (
                            types.oneOf [
                              (types.ints.between 1 127)
                              (types.submodule {
                                options = {
                                  ipv4 = mkOption {
                                    type = types.nullOr (types.ints.between 1 31);
                                    default = null;
                                    description = "Of IPv4 blocks.";
                                    example = 30;
                                  };
                                  ipv6 = mkOption {
                                    type = types.nullOr (types.ints.between 1 127);
                                    default = null;
                                    description = "Of IPv6 blocks.";
                                    example = 126;
                                  };
                                };
                              })
                            ]
                          );
                          default = null;
                          description = "Prefix length of the blocks that links take from the pool; default: 31 for IPv4 (RFC 3021), 127 for IPv6 (RFC 6164). Where a pool has both families, a number up to 31 speaks of IPv4 and a larger one of IPv6.";
                          example = 31;
                        };
                        strategy = mkOption {
                          type = types.nullOr (
                            types.enum [
                              "lowest"
                              "sparse"
                            ]
                          );
                          default = null;
                          description = "Which free address is next: the lowest, or one far from all others, so that each can grow.";
                          example = "sparse";
                        };
                        quarantineDays = mkOption {
                          type = types.nullOr (types.ints.between 0 3650);
                          default = null;
                          description = "Days that a freed address rests before it is given to something else; 0 does without.";
                          example = 30;
                        };
                      };
                    }
                  );
                  default = null;
                  description = "Addresses for the VLAN's interfaces with `addresses: auto`.";
                };
                mtu = mkOption {
                  type = types.nullOr (types.ints.between 68 65535);
                  default = null;
                  description = "Largest packet, in bytes; 1280 at least where there is IPv6 (RFC 8200). Default: the system's.";
                  example = 9000;
                };
              };
            }
          )
        );
        default = null;
        description = "VLANs by name.";
      };
      links = mkOption {
        type = types.nullOr (
          types.listOf (
            types.submodule {
              options = {
                between = mkOption {
                  type = types.nonEmptyListOf types.str;
                  description = "The two ends, each NODE:INTERFACE.";
                  example = [
                    "spine01:swp1"
                    "leaf01:swp51"
                  ];
                };
                pool = mkOption {
                  type = types.nullOr types.str;
                  default = null;
                  description = "Pool that the two addresses come from.";
                  example = "fabric";
                };
                addresses = mkOption {
                  type = types.nullOr (types.nonEmptyListOf types.str);
                  default = null;
                  description = "The two addresses, in the order of `between`.";
                  example = [
                    "10.254.15.0/31"
                    "10.254.15.1/31"
                  ];
                };
                unnumbered = mkOption {
                  type = types.nullOr types.bool;
                  default = null;
                  description = "No addresses but link-local ones, made of the ends' names; one eBGP session carries both families (RFC 8950).";
                  example = true;
                };
                bgp = mkOption {
                  type = types.nullOr (
                    types.submodule {
                      options = {
                        passwordFile = mkOption {
                          type = types.nullOr types.str;
                          default = null;
                          description = "File on both nodes that holds the TCP MD5 password (RFC 2385) of the session.";
                          example = "/run/secrets/bgp/transit-a";
                        };
                        bfd = mkOption {
                          type = types.nullOr types.bool;
                          default = null;
                          description = "Watch the session with BFD (RFC 5880); default: as `bgp.defaults.bfd`.";
                          example = true;
                        };
                        ttlSecurity = mkOption {
                          type = types.nullOr types.bool;
                          default = null;
                          description = "Take packets from the other end of the cable alone (RFC 5082).";
                          example = true;
                        };
                      };
                    }
                  );
                  default = null;
                  description = "What holds for the eBGP session over the link.";
                };
              };
            }
          )
        );
        default = null;
        description = "Point-to-point cables between nodes.";
      };
      zones = mkOption {
        type = types.nullOr (
          types.attrsOf (
            types.submodule {
              options = {
                input = mkOption {
                  type = types.nullOr (
                    types.enum [
                      "accept"
                      "drop"
                      "reject"
                    ]
                  );
                  default = null;
                  description = "What becomes of packets for the node itself that come in by the zone and that nothing allows.";
                  example = "accept";
                };
                forward = mkOption {
                  type = types.nullOr (
                    types.enum [
                      "accept"
                      "drop"
                      "reject"
                    ]
                  );
                  default = null;
                  description = "What becomes of packets that come in by the zone to go on: `accept` passes what leaves by the same zone; to other zones lead `forwardings`.";
                  example = "reject";
                };
                masquerade = mkOption {
                  type = types.nullOr types.bool;
                  default = null;
                  description = "IPv4 packets of others that leave by the zone take the node's own address there (RFC 3022).";
                  example = true;
                };
                allow = mkOption {
                  type = types.nullOr (
                    types.listOf (
                      types.oneOf [
                        types.str
                        (types.submodule {
                          options = {
                            ports = mkOption {
                              type = types.nonEmptyListOf types.str;
                              description = "Services and ports.";
                              example = [
                                "ssh"
                                "9100/tcp"
                              ];
                            };
                            from = mkOption {
                              type = types.nonEmptyListOf types.str;
                              description = "Addresses and prefixes that packets come from.";
                              example = [ "10.10.0.0/24" ];
                            };
                          };
                        })
                      ]
                    )
                  );
                  default = null;
                  description = "What gets in: names of services, PORT/PROTOCOL, or both for some senders.";
                  example = [
                    "ssh"
                    "8443/tcp"
                    {
                      ports = [ "9100/tcp" ];
                      from = [ "10.10.0.0/24" ];
                    }
                  ];
                };
                workloads = mkOption {
                  type = types.nullOr (types.listOf types.str);
                  default = null;
                  description = "Names of the workloads whose ports get in.";
                  example = [ "registry" ];
                };
              };
            }
          )
        );
        default = null;
        description = "Firewall zones by name.";
      };
      forwardings = mkOption {
        type = types.nullOr (
          types.listOf (
            types.submodule {
              options = {
                from = mkOption {
                  type = types.str;
                  description = "Zone that packets come in by.";
                  example = "lan";
                };
                to = mkOption {
                  type = types.str;
                  description = "Zone that they leave by.";
                  example = "wan";
                };
                allow = mkOption {
                  type = types.nullOr (
                    types.listOf (
                      types.oneOf [
                        types.str
                        (types.submodule {
                          options = {
                            ports = mkOption {
                              type = types.nonEmptyListOf types.str;
                              description = "Services and ports.";
                              example = [
                                "ssh"
                                "9100/tcp"
                              ];
                            };
                            from = mkOption {
                              type = types.nonEmptyListOf types.str;
                              description = "Addresses and prefixes that packets come from.";
                              example = [ "10.10.0.0/24" ];
                            };
                          };
                        })
                      ]
                    )
                  );
                  default = null;
                  description = "What may pass; default: everything.";
                  example = [
                    "http"
                    "https"
                  ];
                };
              };
            }
          )
        );
        default = null;
        description = "What goes from zone to zone.";
      };
      bgp = {
        defaults = mkOption {
          type = types.nullOr (
            types.submodule {
              options = {
                holdTime = mkOption {
                  type = types.nullOr (types.ints.between 3 65535);
                  default = null;
                  description = "Seconds without a message until a session is down (RFC 4271); 3 at least; default: the daemon's.";
                  example = 9;
                };
                keepalive = mkOption {
                  type = types.nullOr (types.ints.between 1 21845);
                  default = null;
                  description = "Seconds between keepalives; a third of holdTime.";
                  example = 3;
                };
                bfd = mkOption {
                  type = types.nullOr types.bool;
                  default = null;
                  description = "Watch sessions with BFD (RFC 5880).";
                  example = true;
                };
                gracefulRestart = mkOption {
                  type = types.nullOr types.bool;
                  default = null;
                  description = "Keep routes while a neighbour restarts (RFC 4724).";
                  example = true;
                };
                longLivedGracefulRestart = mkOption {
                  type = types.nullOr (types.ints.between 1 16777215);
                  default = null;
                  description = "Seconds that stale routes of outside neighbours are kept after that (RFC 9494); default: not at all.";
                  example = 86400;
                };
                birdVersion = mkOption {
                  type = types.nullOr (
                    types.enum [
                      "3"
                      "2.0.12"
                      "2.14"
                      "2.18"
                    ]
                  );
                  default = null;
                  description = "The oldest BIRD that the configuration is for.";
                  example = "2.14";
                };
              };
            }
          );
          default = null;
          description = "What holds for every session.";
        };
        autonomousSystems = mkOption {
          type = types.nullOr (
            types.attrsOf (
              types.submodule {
                options = {
                  members = mkOption {
                    type = types.nonEmptyListOf types.str;
                    description = "Nodes that speak BGP with this AS number.";
                    example = [
                      "node01"
                      "node02"
                    ];
                  };
                  ibgp = mkOption {
                    type = types.nullOr (
                      types.oneOf [
                        (types.enum [
                          "full-mesh"
                          "route-reflector"
                          "none"
                        ])
                        (types.submodule {
                          options = {
                            strategy = mkOption {
                              type = types.nullOr (
                                types.enum [
                                  "full-mesh"
                                  "route-reflector"
                                  "none"
                                ]
                              );
                              default = null;
                              description = "Who has sessions with whom inside the AS.";
                              example = "route-reflector";
                            };
                            reflectors = mkOption {
                              type = types.nullOr (types.listOf types.str);
                              default = null;
                              description = "Route reflectors (RFC 4456): members of the same AS.";
                              example = [
                                "node01"
                                "node02"
                              ];
                            };
                            clusterId = mkOption {
                              type = types.nullOr types.str;
                              default = null;
                              description = "CLUSTER_ID of the reflectors; default: each one's router id.";
                              example = "10.255.0.1";
                            };
                            groups = mkOption {
                              type = types.nullOr (
                                types.attrsOf (
                                  types.submodule {
                                    options = {
                                      reflectors = mkOption {
                                        type = types.nonEmptyListOf types.str;
                                        description = "Members that reflect for the group; they are clients of the level above.";
                                        example = [
                                          "pod1-rr1"
                                          "pod1-rr2"
                                        ];
                                      };
                                      members = mkOption {
                                        type = types.nullOr (types.listOf types.str);
                                        default = null;
                                        description = "The group's other members of the AS.";
                                        example = [
                                          "leaf01"
                                          "leaf02"
                                        ];
                                      };
                                      site = mkOption {
                                        type = types.nullOr types.str;
                                        default = null;
                                        description = "A site, instead of `members`: all members of the AS there.";
                                        example = "tokyo";
                                      };
                                      parent = mkOption {
                                        type = types.nullOr types.str;
                                        default = null;
                                        description = "The group that this one's reflectors are clients of; default: the AS's own `reflectors`.";
                                        example = "region-east";
                                      };
                                      clusterId = mkOption {
                                        type = types.nullOr types.str;
                                        default = null;
                                        description = "CLUSTER_ID of the group's reflectors; default: each one's router id.";
                                        example = "10.255.1.1";
                                      };
                                    };
                                  }
                                )
                              );
                              default = null;
                              description = "Reflectors for a part of the members, by name.";
                            };
                            transport = mkOption {
                              type = types.nullOr (
                                types.enum [
                                  "ip"
                                  "loopback"
                                ]
                              );
                              default = null;
                              description = "Addresses that sessions run between.";
                              example = "loopback";
                            };
                            nextHopSelf = mkOption {
                              type = types.nullOr (
                                types.enum [
                                  "ebgp"
                                  "all"
                                  "none"
                                ]
                              );
                              default = null;
                              description = "Routes that a member becomes the next hop of for the others: those learnt over eBGP, all (reflected ones too), or none.";
                              example = "ebgp";
                            };
                          };
                        })
                      ]
                    );
                    default = null;
                    description = "Sessions inside the AS; they are computed, never written.";
                  };
                  confederation = mkOption {
                    type = types.nullOr types.int;
                    default = null;
                    description = "AS number by which neighbours outside know this AS and each other one that names it (RFC 5065); links between those join parts of one confederation.";
                    example = 64500;
                  };
                };
              }
            )
          );
          default = null;
          description = "Autonomous systems by number, in quotes.";
        };
        multihop = mkOption {
          type = types.nullOr (
            types.listOf (
              types.submodule {
                options = {
                  between = mkOption {
                    type = types.nonEmptyListOf types.str;
                    description = "The two nodes, of different ASes.";
                    example = [
                      "edge01"
                      "edge02"
                    ];
                  };
                  hops = mkOption {
                    type = types.ints.between 2 255;
                    description = "Hops between the two at most.";
                    example = 4;
                  };
                  transport = mkOption {
                    type = types.nullOr (
                      types.enum [
                        "ip"
                        "loopback"
                      ]
                    );
                    default = null;
                    description = "Addresses that the session runs between.";
                    example = "loopback";
                  };
                  passwordFile = mkOption {
                    type = types.nullOr types.str;
                    default = null;
                    description = "File on both nodes that holds the TCP MD5 password (RFC 2385) of the session.";
                    example = "/run/secrets/bgp/transit-a";
                  };
                  bfd = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "Watch the session with BFD (RFC 5880); default: as `bgp.defaults.bfd`.";
                    example = true;
                  };
                };
              }
            )
          );
          default = null;
          description = "eBGP between own nodes that are further apart than a link.";
        };
        peers = mkOption {
          type = types.nullOr (
            types.attrsOf (
              types.submodule {
                options = {
                  node = mkOption {
                    type = types.str;
                    description = "The node that speaks with it.";
                    example = "edge01";
                  };
                  remoteAs = mkOption {
                    type = types.int;
                    description = "The neighbour's AS number, 1 to 4294967294.";
                    example = 64496;
                  };
                  address = mkOption {
                    type = types.nullOr types.str;
                    default = null;
                    description = "The neighbour's address; link-local with `interface`.";
                    example = "192.0.2.1";
                  };
                  range = mkOption {
                    type = types.nullOr types.str;
                    default = null;
                    description = "Instead of `address`: whoever calls from in here is met; the node itself calls nobody.";
                    example = "192.0.2.0/24";
                  };
                  interface = mkOption {
                    type = types.nullOr types.str;
                    default = null;
                    description = "The interface that the neighbour is met on; needed for a link-local address.";
                    example = "eth1";
                  };
                  localAddress = mkOption {
                    type = types.nullOr types.str;
                    default = null;
                    description = "The node's address in the session; default: the one in the network of the neighbour's address.";
                    example = "192.0.2.2";
                  };
                  families = mkOption {
                    type = types.nullOr (
                      types.nonEmptyListOf (
                        types.enum [
                          "ipv4"
                          "ipv6"
                        ]
                      )
                    );
                    default = null;
                    description = "Families that the session carries; default: that of `address`, and each that `maxPrefixes` names.";
                    example = [
                      "ipv4"
                      "ipv6"
                    ];
                  };
                  description = mkOption {
                    type = types.nullOr types.str;
                    default = null;
                    description = "A line about the neighbour, for people.";
                    example = "Transit A, port 3";
                  };
                  role = mkOption {
                    type = types.nullOr (
                      types.enum [
                        "provider"
                        "customer"
                        "peer"
                        "rs"
                        "rs-client"
                      ]
                    );
                    default = null;
                    description = "Our side of the relation (RFC 9234): `customer` says that the neighbour is our provider.";
                    example = "customer";
                  };
                  import = mkOption {
                    type = types.nullOr (types.listOf types.str);
                    default = null;
                    description = "Policies for routes that come in, in order; without any, nothing comes in (RFC 8212).";
                    example = [
                      "drop-bogons"
                      "from-transit"
                    ];
                  };
                  export = mkOption {
                    type = types.nullOr (types.listOf types.str);
                    default = null;
                    description = "Policies for routes that go out, in order; without any, nothing goes out (RFC 8212).";
                    example = [ "only-ours" ];
                  };
                  maxPrefixes = mkOption {
                    type = types.nullOr (
                      types.submodule {
                        options = {
                          ipv4 = mkOption {
                            type = types.nullOr (types.ints.between 1 4294967295);
                            default = null;
                            description = "Most IPv4 routes.";
                            example = 1000000;
                          };
                          ipv6 = mkOption {
                            type = types.nullOr (types.ints.between 1 4294967295);
                            default = null;
                            description = "Most IPv6 routes.";
                            example = 250000;
                          };
                          action = mkOption {
                            type = types.nullOr (
                              types.enum [
                                "restart"
                                "disable"
                                "block"
                                "warn"
                              ]
                            );
                            default = null;
                            description = "What a route too many does: ends the session for a while, ends it until somebody starts it, is not taken, or is logged.";
                            example = "restart";
                          };
                        };
                      }
                    );
                    default = null;
                    description = "How many routes the neighbour may send.";
                  };
                  perFamily = mkOption {
                    type = types.nullOr (
                      types.submodule {
                        options = {
                          ipv4 = mkOption {
                            type = types.nullOr (
                              types.submodule {
                                options = {
                                  import = mkOption {
                                    type = types.nullOr (types.listOf types.str);
                                    default = null;
                                    description = "Instead of the peer's `import`.";
                                    example = [ "from-transit-v6" ];
                                  };
                                  export = mkOption {
                                    type = types.nullOr (types.listOf types.str);
                                    default = null;
                                    description = "Instead of the peer's `export`.";
                                    example = [ "only-ours" ];
                                  };
                                  addPath = mkOption {
                                    type = types.nullOr (
                                      types.enum [
                                        "send"
                                        "receive"
                                        "both"
                                      ]
                                    );
                                    default = null;
                                    description = "Several paths for one prefix (RFC 7911): sent, taken, or both; default: one.";
                                    example = "receive";
                                  };
                                  defaultOriginate = mkOption {
                                    type = types.nullOr types.bool;
                                    default = null;
                                    description = "Instead of the peer's `defaultOriginate`.";
                                    example = false;
                                  };
                                };
                              }
                            );
                            default = null;
                            description = "What differs for IPv4.";
                          };
                          ipv6 = mkOption {
                            type = types.nullOr (
                              types.submodule {
                                options = {
                                  import = mkOption {
                                    type = types.nullOr (types.listOf types.str);
                                    default = null;
                                    description = "Instead of the peer's `import`.";
                                    example = [ "from-transit-v6" ];
                                  };
                                  export = mkOption {
                                    type = types.nullOr (types.listOf types.str);
                                    default = null;
                                    description = "Instead of the peer's `export`.";
                                    example = [ "only-ours" ];
                                  };
                                  addPath = mkOption {
                                    type = types.nullOr (
                                      types.enum [
                                        "send"
                                        "receive"
                                        "both"
                                      ]
                                    );
                                    default = null;
                                    description = "Several paths for one prefix (RFC 7911): sent, taken, or both; default: one.";
                                    example = "receive";
                                  };
                                  defaultOriginate = mkOption {
                                    type = types.nullOr types.bool;
                                    default = null;
                                    description = "Instead of the peer's `defaultOriginate`.";
                                    example = false;
                                  };
                                };
                              }
                            );
                            default = null;
                            description = "What differs for IPv6.";
                          };
                        };
                      }
                    );
                    default = null;
                    description = "What differs between the families of the session.";
                  };
                  holdTime = mkOption {
                    type = types.nullOr (types.ints.between 3 65535);
                    default = null;
                    description = "Seconds without a message until the session is down (RFC 4271); default: the daemon's.";
                    example = 30;
                  };
                  keepalive = mkOption {
                    type = types.nullOr (types.ints.between 1 21845);
                    default = null;
                    description = "Seconds between keepalives; a third of holdTime.";
                    example = 10;
                  };
                  bfd = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "Watch the session with BFD (RFC 5880); the neighbour must do the same.";
                    example = true;
                  };
                  gracefulRestart = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "Keep routes while the neighbour restarts (RFC 4724); default: as `bgp.defaults.gracefulRestart`.";
                    example = true;
                  };
                  longLivedGracefulRestart = mkOption {
                    type = types.nullOr (types.ints.between 1 16777215);
                    default = null;
                    description = "Seconds that stale routes are kept at last resort after that (RFC 9494); default: as `bgp.defaults`.";
                    example = 86400;
                  };
                  addPath = mkOption {
                    type = types.nullOr (
                      types.enum [
                        "send"
                        "receive"
                        "both"
                      ]
                    );
                    default = null;
                    description = "Several paths for one prefix (RFC 7911): sent, taken, or both; default: one.";
                    example = "receive";
                  };
                  defaultOriginate = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "The neighbour is sent a default route that begins here, whether the node has one or not, and no other; none, while the one that the node uses carries no-export or the like.";
                    example = true;
                  };
                  passive = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "Wait for the neighbour to call.";
                    example = true;
                  };
                  enforceFirstAs = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "A path begins with the neighbour's AS (RFC 4271 §6.3); default: true, but not with a route server.";
                    example = false;
                  };
                  allowLocalAs = mkOption {
                    type = types.nullOr (types.ints.between 1 10);
                    default = null;
                    description = "How often the own AS may stand in a path that comes in; default: never (RFC 4271 §9.1.2).";
                    example = 1;
                  };
                  maxAsPathLength = mkOption {
                    type = types.nullOr (types.ints.between 1 255);
                    default = null;
                    description = "Routes with more AS numbers in their path are not taken.";
                    example = 60;
                  };
                  rejectBogonAs = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "Routes with a reserved or private AS number in their path are not taken (RFC 7607, RFC 6996).";
                    example = true;
                  };
                  rejectAsSets = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "Routes with an AS_SET or AS_CONFED_SET in their path are not taken (RFC 9774).";
                    example = false;
                  };
                  rpki = mkOption {
                    type = types.nullOr (types.enum [ "reject-invalid" ]);
                    default = null;
                    description = "Routes that the RPKI says are invalid are not taken (RFC 6811); needs `bgp.rpki.caches`.";
                    example = "reject-invalid";
                  };
                  blackhole = mkOption {
                    type = types.nullOr types.str;
                    default = null;
                    description = "Host routes inside this prefix set with BLACKHOLE (RFC 7999) are taken, and their traffic discarded.";
                    example = "customer-a";
                  };
                  maintenance = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "Drains the session (RFC 8326): routes go out as to be avoided, and come in with LOCAL_PREF 0.";
                    example = true;
                  };
                  extraConfig = mkOption {
                    type = types.nullOr (
                      types.submodule {
                        options = {
                          bird = mkOption {
                            type = types.nullOr types.str;
                            default = null;
                            description = "Statements of BIRD, checked by `bird -p` with all else.";
                            example = "med metric on;";
                          };
                        };
                      }
                    );
                    default = null;
                    description = "Text that is put into the session's block as it is, for what has no key here.";
                  };
                  ttlSecurity = mkOption {
                    type = types.nullOr types.bool;
                    default = null;
                    description = "Take packets from directly connected senders alone (RFC 5082); the neighbour must do the same.";
                    example = true;
                  };
                  multihop = mkOption {
                    type = types.nullOr (types.ints.between 1 255);
                    default = null;
                    description = "The neighbour is this many hops away at most; default: it is directly connected.";
                    example = 4;
                  };
                  passwordFile = mkOption {
                    type = types.nullOr types.str;
                    default = null;
                    description = "File on the node that holds the TCP MD5 password (RFC 2385) of the session.";
                    example = "/run/secrets/bgp/transit-a";
                  };
                };
              }
            )
          );
          default = null;
          description = "Neighbours that this topology does not own, by name.";
        };
        communities = mkOption {
          type = types.nullOr (types.attrsOf types.str);
          default = null;
          description = "Names for communities, which may stand wherever a community is written.";
          example = {
            customers = "65000:1001";
            no-peers = "65000:1:99";
          };
        };
        rpki = mkOption {
          type = types.nullOr (
            types.submodule {
              options = {
                caches = mkOption {
                  type = types.nullOr (
                    types.attrsOf (
                      types.submodule {
                        options = {
                          address = mkOption {
                            type = types.str;
                            description = "The cache's address.";
                            example = "192.0.2.53";
                          };
                          port = mkOption {
                            type = types.nullOr (types.ints.between 1 65535);
                            default = null;
                            description = "TCP port of the RPKI-to-router protocol (RFC 8210).";
                            example = 3323;
                          };
                          refresh = mkOption {
                            type = types.nullOr (types.ints.between 1 86400);
                            default = null;
                            description = "Seconds between questions; default: what the cache says.";
                            example = 900;
                          };
                        };
                      }
                    )
                  );
                  default = null;
                  description = "Servers of validated ROAs, by name.";
                };
              };
            }
          );
          default = null;
          description = "Where speakers ask for what the RPKI says (RFC 8210).";
        };
        asSets = mkOption {
          type = types.nullOr (
            types.attrsOf (
              types.oneOf [
                (types.nonEmptyListOf (
                  types.oneOf [
                    (types.ints.between 1 4294967295)
                    types.str
                  ]
                ))
                (types.submodule {
                  options = {
                    asSet = mkOption {
                      type = types.oneOf [
                        types.str
                        (types.nonEmptyListOf types.str)
                      ];
                      description = "The AS-SET whose members are meant, with the members of its members; or several.";
                      example = "AS-EXAMPLE";
                    };
                    sources = mkOption {
                      type = types.nullOr (types.nonEmptyListOf types.str);
                      default = null;
                      description = "Registries to believe, the first most; default: all that the asked server has.";
                      example = [
                        "RIPE"
                        "ARIN"
                      ];
                    };
                  };
                })
              ]
            )
          );
          default = null;
          description = "Sets of AS numbers that policies match, by name: numbers and ranges of them, or an AS-SET; `bogons` is built in.";
          example = {
            customers = [
              64500
              64501
              "64510-64520"
            ];
            cone = {
              asSet = "AS-EXAMPLE";
            };
          };
        };
        prefixSets = mkOption {
          type = types.nullOr (
            types.attrsOf (
              types.oneOf [
                (types.listOf types.str)
                (types.submodule {
                  options = {
                    asSet = mkOption {
                      type = types.oneOf [
                        types.str
                        (types.nonEmptyListOf types.str)
                      ];
                      description = "The AS-SET or route-set whose registered prefixes are meant, or several.";
                      example = "AS-EXAMPLE";
                    };
                    sources = mkOption {
                      type = types.nullOr (types.nonEmptyListOf types.str);
                      default = null;
                      description = "Registries to believe, the first most; default: all that the asked server has.";
                      example = [
                        "RIPE"
                        "ARIN"
                      ];
                    };
                    maxLength = mkOption {
                      type = types.nullOr (
                        types.submodule {
                          options = {
                            ipv4 = mkOption {
                              type = types.nullOr (types.ints.between 1 32);
                              default = null;
                              description = "Bits, for IPv4.";
                              example = 24;
                            };
                            ipv6 = mkOption {
                              type = types.nullOr (types.ints.between 1 128);
                              default = null;
                              description = "Bits, for IPv6.";
                              example = 48;
                            };
                          };
                        }
                      );
                      default = null;
                      description = "Registered prefixes that are longer are left out.";
                    };
                    moreSpecifics = mkOption {
                      type = types.nullOr (
                        types.submodule {
                          options = {
                            ipv4 = mkOption {
                              type = types.nullOr (types.ints.between 1 32);
                              default = null;
                              description = "Bits, for IPv4.";
                              example = 24;
                            };
                            ipv6 = mkOption {
                              type = types.nullOr (types.ints.between 1 128);
                              default = null;
                              description = "Bits, for IPv6.";
                              example = 48;
                            };
                          };
                        }
                      );
                      default = null;
                      description = "What is inside a registered prefix belongs to the set too, up to this length.";
                    };
                  };
                })
              ]
            )
          );
          default = null;
          description = "Sets of prefixes that policies match, by name: prefixes, where `+` means everything inside as well and `{24,28}` what is inside and has such a length; or an AS-SET.";
          example = {
            ours = [
              "203.0.113.0/24+"
              "2001:db8::/32{32,48}"
            ];
            customer = {
              asSet = "AS-EXAMPLE";
              sources = [ "RIPE" ];
            };
          };
        };
        policies = mkOption {
          type = types.nullOr (
            types.attrsOf (
              types.listOf (
                types.submodule {
                  options = {
                    match = mkOption {
                      type = types.nullOr (
                        types.submodule {
                          options = {
                            prefixSet = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  types.str
                                  (types.nonEmptyListOf types.str)
                                ]
                              );
                              default = null;
                              description = "The route's prefix is in this set, or in any of these; `bogons` is built in.";
                              example = "bogons";
                            };
                            community = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  types.str
                                  (types.nonEmptyListOf types.str)
                                ]
                              );
                              default = null;
                              description = "The route carries this community, or any of these; `*` stands for any last numbers.";
                              example = "64496:666";
                            };
                            asPath = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  types.str
                                  (types.nonEmptyListOf types.str)
                                ]
                              );
                              default = null;
                              description = "The path contains what this regular expression of AS numbers says, or any of these: `.` is any AS, `[64500 64512-65534]` one of several, `^` and `$` are the path's ends.";
                              example = "^64500 (64501|64502)* [64512-65534]\$";
                            };
                            asPathLength = mkOption {
                              type = types.nullOr (
                                types.submodule {
                                  options = {
                                    min = mkOption {
                                      type = types.nullOr (types.ints.between 0 255);
                                      default = null;
                                      description = "AS numbers at least.";
                                      example = 60;
                                    };
                                    max = mkOption {
                                      type = types.nullOr (types.ints.between 0 255);
                                      default = null;
                                      description = "AS numbers at most.";
                                      example = 20;
                                    };
                                  };
                                }
                              );
                              default = null;
                              description = "How many AS numbers the route's path has, prepended ones counted.";
                            };
                            originAs = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  (types.ints.between 1 4294967295)
                                  (types.nonEmptyListOf (
                                    types.oneOf [
                                      (types.ints.between 1 4294967295)
                                      types.str
                                    ]
                                  ))
                                  (types.submodule {
                                    options = {
                                      set = mkOption {
                                        type = types.str;
                                        description = "Name of an entry of `bgp.asSets`, or `bogons`: AS numbers that nobody may announce.";
                                        example = "customers";
                                      };
                                    };
                                  })
                                ]
                              );
                              default = null;
                              description = "The path's last AS number is this one, one of these, or in this set.";
                              example = 64500;
                            };
                            nextHop = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  types.str
                                  (types.nonEmptyListOf types.str)
                                ]
                              );
                              default = null;
                              description = "The next hop is this address, in this prefix, or any of these.";
                              example = "192.0.2.0/24";
                            };
                            rpki = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  (types.enum [
                                    "valid"
                                    "invalid"
                                    "unknown"
                                  ])
                                  (types.nonEmptyListOf (
                                    types.enum [
                                      "valid"
                                      "invalid"
                                      "unknown"
                                    ]
                                  ))
                                ]
                              );
                              default = null;
                              description = "What the RPKI says of the prefix and its origin (RFC 6811).";
                              example = "invalid";
                            };
                            neighbor = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  types.str
                                  (types.nonEmptyListOf types.str)
                                ]
                              );
                              default = null;
                              description = "The session is with this peer or node, by name, address or prefix, or with any of these.";
                              example = "transit-a";
                            };
                            role = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  (types.enum [
                                    "provider"
                                    "customer"
                                    "peer"
                                    "rs"
                                    "rs-client"
                                  ])
                                  (types.nonEmptyListOf (
                                    types.enum [
                                      "provider"
                                      "customer"
                                      "peer"
                                      "rs"
                                      "rs-client"
                                    ]
                                  ))
                                ]
                              );
                              default = null;
                              description = "The neighbour's side of the relation, as a customer of ours is `customer` (RFC 9234).";
                              example = "customer";
                            };
                            family = mkOption {
                              type = types.nullOr (
                                types.enum [
                                  "ipv4"
                                  "ipv6"
                                ]
                              );
                              default = null;
                              description = "The route's address family.";
                              example = "ipv6";
                            };
                          };
                        }
                      );
                      default = null;
                      description = "What a route must be for the term to hold: all of it; without it, every route.";
                    };
                    set = mkOption {
                      type = types.nullOr (
                        types.submodule {
                          options = {
                            localPref = mkOption {
                              type = types.nullOr (types.ints.between 0 4294967295);
                              default = null;
                              description = "LOCAL_PREF: the highest wins inside the AS (RFC 4271 §5.1.5); 100 is usual.";
                              example = 100;
                            };
                            med = mkOption {
                              type = types.nullOr (types.ints.between 0 4294967295);
                              default = null;
                              description = "MULTI_EXIT_DISC: among routes of one neighbouring AS the lowest wins (RFC 4271 §5.1.4).";
                              example = 50;
                            };
                            weight = mkOption {
                              type = types.nullOr (types.ints.between 0 99);
                              default = null;
                              description = "The largest wins on this node, before LOCAL_PREF; no neighbour hears of it. Without it, 0.";
                              example = 10;
                            };
                            prepend = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  (types.ints.between 1 32)
                                  (types.submodule {
                                    options = {
                                      times = mkOption {
                                        type = types.nullOr (types.ints.between 1 32);
                                        default = null;
                                        description = "How often.";
                                        example = 2;
                                      };
                                      as = mkOption {
                                        type = types.nullOr (types.ints.between 1 4294967295);
                                        default = null;
                                        description = "Which AS number; default: the own one.";
                                        example = 64500;
                                      };
                                    };
                                  })
                                ]
                              );
                              default = null;
                              description = "How often the own AS number, or another, is put in front of the path.";
                              example = 2;
                            };
                            nextHop = mkOption {
                              type = types.nullOr (
                                types.oneOf [
                                  (types.enum [
                                    "self"
                                    "unchanged"
                                  ])
                                  types.str
                                ]
                              );
                              default = null;
                              description = "Next hop of the route: an address; to a neighbour also `self`, the own one, or `unchanged`, what the route has.";
                              example = "self";
                            };
                            replaceCommunities = mkOption {
                              type = types.nullOr (types.listOf types.str);
                              default = null;
                              description = "Communities that the route carries instead of all it had, of every kind; an empty list takes all away.";
                              example = [ "65000:1001" ];
                            };
                            removeCommunities = mkOption {
                              type = types.nullOr (types.listOf types.str);
                              default = null;
                              description = "Communities to take away, of any kind; `*` stands for any last numbers.";
                              example = [
                                "64496:666"
                                "65000:*"
                              ];
                            };
                            addCommunities = mkOption {
                              type = types.nullOr (types.listOf types.str);
                              default = null;
                              description = "Communities to add, of any kind.";
                              example = [ "65000:1001" ];
                            };
                            addLargeCommunities = mkOption {
                              type = types.nullOr (types.listOf types.str);
                              default = null;
                              description = "Large communities to add (RFC 8092).";
                              example = [ "65000:1:1" ];
                            };
                          };
                        }
                      );
                      default = null;
                      description = "What the term changes in a route that it holds for.";
                    };
                    "then" = mkOption {
                      type = types.enum [
                        "accept"
                        "reject"
                        "next"
                      ];
                      description = "What becomes of the route: it is taken, it is dropped, or the next policy decides.";
                      example = "accept";
                    };
                  };
                }
              )
            )
          );
          default = null;
          description = "What happens to routes, by name.";
        };
        vipAdvertisements = mkOption {
          type = types.nullOr (
            types.attrsOf (
              types.submodule {
                options = {
                  vips = mkOption {
                    type = types.nonEmptyListOf types.str;
                    description = "Virtual addresses; each is announced as a host route.";
                    example = [
                      "203.0.113.10"
                      "2001:db8:113::10"
                    ];
                  };
                  nodes = mkOption {
                    type = types.nullOr (types.nonEmptyListOf types.str);
                    default = null;
                    description = "Nodes that announce it; default: those that run the service of this name, else every speaker.";
                    example = [
                      "node01"
                      "node03"
                    ];
                  };
                  announce = mkOption {
                    type = types.nullOr (
                      types.enum [
                        "static"
                        "health"
                      ]
                    );
                    default = null;
                    description = "`static`: always; `health`: only while a sidecar on the node injects it.";
                    example = "health";
                  };
                  nextHop = mkOption {
                    type = types.nullOr (
                      types.enum [
                        "self"
                        "unchanged"
                      ]
                    );
                    default = null;
                    description = "`self`: the announcing node's own address becomes the next hop.";
                    example = "self";
                  };
                  communities = mkOption {
                    type = types.nullOr (types.listOf types.str);
                    default = null;
                    description = "Communities attached to the routes.";
                    example = [ "65000:100" ];
                  };
                  standby = mkOption {
                    type = types.nullOr (
                      types.submodule {
                        options = {
                          order = mkOption {
                            type = types.nonEmptyListOf types.str;
                            description = "Announcing nodes, the preferred one first; those that are not named come last, alike.";
                            example = [
                              "node01"
                              "node03"
                            ];
                          };
                          by = mkOption {
                            type = types.nullOr (
                              types.enum [
                                "local-pref"
                                "prepend"
                              ]
                            );
                            default = null;
                            description = "`local-pref`: 100 for the first, one less for each next, which the own AS alone sees; `prepend`: the own AS once more in the path for each next, which other ASes see.";
                            example = "local-pref";
                          };
                        };
                      }
                    );
                    default = null;
                    description = "One node serves the addresses at a time; without this, all do, and routers share the load between them.";
                  };
                };
              }
            )
          );
          default = null;
          description = "Virtual addresses, by name.";
        };
        gobgpConfig = mkOption {
          type = types.path;
          readOnly = true;
          description = "GoBGP's configuration file for this host, as YAML.";
        };
      };
    };
    lab = mkOption {
      type = types.nullOr (
        types.submodule {
          options = {
            peers = mkOption {
              type = types.nullOr (
                types.attrsOf (
                  types.submodule {
                    options = {
                      announce = mkOption {
                        type = types.nullOr (
                          types.listOf (
                            types.submodule {
                              options = {
                                prefix = mkOption {
                                  type = types.str;
                                  description = "What is announced.";
                                  example = "198.51.100.0/24";
                                };
                                asPath = mkOption {
                                  type = types.nullOr (types.listOf types.int);
                                  default = null;
                                  description = "AS numbers behind the neighbour's own, the nearest first, the origin last.";
                                  example = [
                                    64500
                                    64501
                                  ];
                                };
                                communities = mkOption {
                                  type = types.nullOr (types.listOf types.str);
                                  default = null;
                                  description = "Communities of any kind, as they are or by name.";
                                  example = [ "64496:666" ];
                                };
                                med = mkOption {
                                  type = types.nullOr (types.ints.between 0 4294967295);
                                  default = null;
                                  description = "Metric among entries to the neighbour's AS.";
                                  example = 50;
                                };
                              };
                            }
                          )
                        );
                        default = null;
                        description = "Routes that the neighbour announces.";
                      };
                    };
                  }
                )
              );
              default = null;
              description = "How entries of `bgp.peers` are played, by name; one that is not here announces nothing.";
            };
          };
        }
      );
      default = null;
      description = "What `nix-nos lab` plays that the topology does not own; no file of a node depends on it.";
    };
    services = mkOption {
      type = types.attrsOf types.anything;
      default = { };
      description = "What the layers above the network add: the topology's `services`.";
    };
    rendered = mkOption {
      type = types.nullOr types.path;
      default = null;
      description = "The folder that `nix-nos render` wrote.";
    };
    topology = mkOption {
      type = types.raw;
      readOnly = true;
      description = "The topology as data, for `nix-nos convert`.";
    };
    lib = mkOption {
      type = types.raw;
      readOnly = true;
      description = "What `nix/default.nix` of the rendered folder answers with.";
    };
  };
  config.nix-nos = {
    topology = said {
      nix-nos = {
        inherit (config.nix-nos)
          name
          domain
          sites
          clusters
          lab
          ;
        network = {
          inherit (config.nix-nos.network)
            pools
            vlans
            links
            zones
            forwardings
            ;
          bgp = {
            inherit (config.nix-nos.network.bgp)
              defaults
              autonomousSystems
              multihop
              peers
              communities
              rpki
              asSets
              prefixSets
              policies
              vipAdvertisements
              ;
          };
        };
      };
      services = if cfg.services == { } then null else cfg.services;
    };
    lib = (import (rendered + "/nix")).lib;
    network.bgp.gobgpConfig =
      if builtins.pathExists gobgpFile then
        gobgpFile
      else
        pkgs.writeText "gobgpd.yaml" (
          cfg.lib.generateGobgpConfig {
            localAs = cfg.lib.getLocalAs host;
            routerId = cfg.lib.getRouterId host;
            neighbors = cfg.lib.getPeers host;
          }
        );
  };
}
